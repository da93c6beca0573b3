"""Every function and data set that users of R's migest know has its counterpart here, or a reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no counterpart."""

    words: str


EXAMPLE_DATA = Reason("example data of another package: the tests read them in place, the panel embeds published data")

COUNTERPARTS: dict[str, str | Reason] = {
    # flows from stocks
    "ffs_diff": "corridor.estimate.accounts.differencing.stock_differences",
    "ffs_rates": "corridor.estimate.accounts.stock_rates.flows_by_stock_shares",
    "ffs_demo": "corridor.estimate.accounts.accounting.demographic_account",
    "birth_mat": "corridor.estimate.accounts.natural_change.births_by_birthplace",
    "death_mat": "corridor.estimate.accounts.natural_change.deaths_by_birthplace",
    "match_birthplace_tot": "corridor.estimate.accounts.accounting.adjusted_stocks",
    "nb_non_zero": "corridor.estimate.accounts.natural_change.without_negatives",
    "nb_scale_global": "corridor.estimate.accounts.natural_change.balanced",
    "ipf_seed": Reason("a seed of ones is what leaving the seed out means; a table is an array already"),
    # fitting tables
    "ipf2": "corridor.estimate.tables.ipf.fit_margins",
    "ipf3": "corridor.estimate.tables.ipf_three_way.fit_layers",
    "ipf3_qi": "corridor.estimate.tables.ipf_three_way.fit_layers",
    "ipf2_block": "corridor.estimate.tables.ipf_blocks.fit_blocks",
    "ipf2_stripe": "corridor.estimate.tables.ipf_blocks.fit_blocks",
    "cm2": "corridor.estimate.tables.conditional_maximisation.conditional_maximisation",
    "cm3": "corridor.estimate.tables.conditional_maximisation.conditional_maximisation",
    "cm_net": "corridor.estimate.tables.net_tables.nearest_by_entropy",
    "cm_net_tot": "corridor.estimate.tables.net_tables.nearest_by_entropy",
    "net_matrix_ipf": "corridor.estimate.tables.net_tables.nearest_by_entropy",
    "net_matrix_entropy": "corridor.estimate.tables.net_tables.nearest_by_entropy",
    "net_matrix_lp": "corridor.estimate.tables.net_tables.nearest_by_absolute_change",
    "net_matrix_optim": "corridor.estimate.tables.net_tables.nearest_by_squares",
    # net migration, age schedules, indices
    "net_vs": "corridor.estimate.accounts.net_migration.net_from_vital_statistics",
    "net_sr": "corridor.estimate.accounts.net_migration.net_from_survival_ratios",
    "rescale_net": "corridor.estimate.tables.rescaling.rescale_net",
    "rescale_integer_sum": "corridor.estimate.tables.rescaling.whole_numbers",
    "rc_model_un": "corridor.demography.schedules.UN_FAMILIES",
    "rc_model_fund": Reason("`RogersCastro` takes any parameters, and `UN_FAMILIES` are the published sets we use"),
    "mig_calculate_rc": "corridor.demography.schedules.rogers_castro",
    "index_age": "corridor.demography.age_profiles.age_profile",
    "index_age_rc": "corridor.demography.age_profiles.curve_shape",
    "index_intensity": "corridor.estimate.measures.indices.migration_intensity",
    "index_impact": "corridor.estimate.measures.indices.migration_impact",
    "index_distance": "corridor.estimate.measures.indices.distance_moved",
    "index_connectivity": "corridor.estimate.measures.indices.migration_connectivity",
    "multi_comp": "corridor.estimate.tables.components.multiplicative_components",
    "multi_comp2": "corridor.estimate.tables.components.components_by_layer",
    # data handling and plots
    "sum_region": "corridor.estimate.measures.summaries.totals_by_area",
    "sum_country": "corridor.estimate.measures.summaries.totals_by_area",
    "sum_unilat": "corridor.estimate.measures.summaries.totals_by_area",
    "sum_unilateral": "corridor.estimate.measures.summaries.totals_by_area",
    "sum_bilat": "corridor.estimate.measures.summaries.totals_by_pair",
    "sum_net": "corridor.estimate.accounts.accounting.net_migration",
    "sum_od": "corridor.estimate.measures.summaries.od_table",
    "sum_expand": "corridor.estimate.measures.summaries.with_group_totals",
    "sum_lump": "corridor.estimate.measures.summaries.lump_small",
    "mig_matrix": "corridor.estimate.measures.summaries.flow_matrix",
    "mig_tibble": "corridor.estimate.measures.summaries.flow_table",
    "block_matrix": "corridor.estimate.tables.ipf_blocks.repeat_blocks",
    "stripe_matrix": "corridor.estimate.tables.ipf_blocks.repeat_blocks",
    "block_sum": "corridor.estimate.tables.ipf_blocks.block_sums",
    "mig_chord": "corridor.figures.chord.chord",
    "quadratic_eqn": Reason("there it solves each factor of cm_net by itself; ours take Newton steps for all at once"),
    "str_wrap_n": Reason("the figures are given their labels as lines in forms that fit, and wrap no text themselves"),
    "dict_ims": "corridor.areas.areas",
    "umbrella": Reason("a palette; the figures have their own, checked for contrast and colour blindness"),
    "alabama_1970": EXAMPLE_DATA,
    "bombay_1951": EXAMPLE_DATA,
    "manila_1970": EXAMPLE_DATA,
    "usa_1960": EXAMPLE_DATA,
    "new_england_1960": EXAMPLE_DATA,
    "uar_1960": EXAMPLE_DATA,
    "indian_sub": EXAMPLE_DATA,
    "italy_area": EXAMPLE_DATA,
    "korea_gravity": EXAMPLE_DATA,
    "ipumsi_age": EXAMPLE_DATA,
}

MORE_COUNTERPARTS = (
    "corridor.estimate.accounts.stock_rates.flows_by_growth_matrix",
    "corridor.estimate.accounts.accounting.account_of_birthplace",
    "corridor.estimate.tables.net_balance.balance_to_net_and_total",
    "corridor.estimate.accounts.net_migration.net_of_children",
    "corridor.estimate.tables.components.layered_components",
)
"""The other methods of `ffs_rates`, `ffs_demo`, `cm_net_tot`, `net_sr` and `multi_comp`."""

NOT_EXPORTED = {
    "accounting",
    "birth",
    "cv",
    "death",
    "dennett",
    "native",
    "open",
    "outside",
    "proportion",
    "rescale",
    "return",
    "switches",
    "zero",
}
"""Words of the reference's tables that are its arguments and values."""


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_every_export_has_a_counterpart_or_a_reason(name: str) -> None:
    counterpart = COUNTERPARTS[name]
    if isinstance(counterpart, Reason):
        assert len(counterpart.words.split()) > 5
    else:
        assert_exists(counterpart)


@pytest.mark.parametrize("path", MORE_COUNTERPARTS)
def test_other_methods_exist(path: str) -> None:
    assert_exists(path)


def assert_exists(path: str) -> None:
    module, _, name = path.rpartition(".")
    assert hasattr(import_module(module), name), path


def test_no_export_is_forgotten(oracle: Path) -> None:
    """The list is that of the study of the reference."""
    study = oracle.parent / "design" / "estimation.md"
    if not study.is_file():
        pytest.skip("the study of the reference is not beside this checkout")
    text = study.read_text(encoding="utf-8")
    tables = text[text.index("## The functions") : text.index("## Defects of migest")]
    named = set(re.findall(r"`([a-z][a-z_0-9]+)(?:\([^`]*\))?`", tables))
    data = re.findall(r"\w+", re.search(r"data sets ([^(]*)\(", tables)[1])  # type: ignore[index] # a fixed document
    assert (named - NOT_EXPORTED) | set(data) <= set(COUNTERPARTS)
    assert len(named) > 50
