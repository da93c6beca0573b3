"""Tables fitted to margins, blocks, stripes and net migration, against the reference outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.errors import InputError
from corridor.estimate.tables.components import components_by_layer, layered_components, multiplicative_components
from corridor.estimate.tables.conditional_maximisation import conditional_maximisation
from corridor.estimate.tables.ipf import fit_margins
from corridor.estimate.tables.ipf_blocks import block_sums, fit_blocks, groups_of, repeat_blocks
from corridor.estimate.tables.ipf_three_way import fit_layers
from corridor.estimate.tables.net_tables import nearest_by_absolute_change, nearest_by_entropy, nearest_by_squares
from tests.references import referenced

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.axes import Floats

RELATIVE = 1e-8  # the reference fits to 1e-9 persons and better where cells are some tens
RELATIVE_TWO_WAY = 1e-7  # two-way tables were fitted to 1e-10 persons, cells down to 0.01
PERSONS_NET = 1e-6  # the reference stops when its factors change by 1e-8 to 1e-13
PERSONS_CONE = 1e-4  # the cone solver that the reference uses for entropy says no more
RELATIVE_COMPONENTS = 1e-7  # the reference iterates: it has 1.5625000000720888 where the quotient is 1.5625

TWO_WAY = "*/ipf2_cm2/*"
ONE_MARGIN = "*/ipf2_cm2/*/expected_ipf2_row_only.csv"


LAYERED = {"italy2000": ("seed_italy1995_age", "expected_italy2000_age", "expected_theta_italy")}
"""The files of cases that are not named alike: seed, table, factors."""


def matrix(path: Path) -> Floats:
    return pd.read_csv(path, index_col=0).to_numpy(dtype=float)


def vector(path: Path) -> Floats:
    return pd.read_csv(path)["value"].to_numpy(dtype=float)


def long_array(path: Path) -> Floats:
    """Read an array [orig, dest, layer], written with the origin running fastest."""
    frame = pd.read_csv(path)
    shape = tuple(frame[name].nunique() for name in frame.columns[:3])
    return frame["value"].to_numpy(dtype=float).reshape(shape, order="F")


@pytest.mark.parametrize("folder", referenced(TWO_WAY, "*/ipf2_korea17"))
def test_fitted_tables(folder: Path) -> None:
    seed = matrix(next(folder.glob("seed*.csv")))
    fit = fit_margins(seed, vector(folder / "row_tot.csv"), vector(folder / "col_tot.csv"))
    assert fit.converged
    np.testing.assert_allclose(fit.table, matrix(folder / "expected_ipf2_tight.csv"), rtol=RELATIVE_TWO_WAY)


@pytest.mark.parametrize("path", referenced(ONE_MARGIN))
def test_one_margin(path: Path) -> None:
    folder = path.parent
    seed, rows, columns = matrix(folder / "seed.csv"), vector(folder / "row_tot.csv"), vector(folder / "col_tot.csv")
    by_rows, by_columns = fit_margins(seed, rows, None), fit_margins(seed, None, columns)
    np.testing.assert_allclose(by_rows.table, matrix(folder / "expected_ipf2_row_only.csv"), rtol=RELATIVE)
    np.testing.assert_allclose(by_columns.table, matrix(folder / "expected_ipf2_col_only.csv"), rtol=RELATIVE)


@pytest.mark.parametrize("folder", referenced(TWO_WAY))
def test_factors_of_a_table(folder: Path) -> None:
    model = conditional_maximisation(
        matrix(folder / "seed.csv"), vector(folder / "row_tot.csv"), vector(folder / "col_tot.csv")
    )
    np.testing.assert_allclose(model.table, matrix(folder / "expected_cm2_tight.csv"), rtol=RELATIVE)
    theta = vector(folder / "expected_cm2_theta_tight.csv")
    np.testing.assert_allclose(np.concatenate([model.origin, model.destination]), theta, rtol=RELATIVE)


@pytest.mark.parametrize("path", referenced("*/cm3/row_tot_*.csv"))
def test_factors_of_a_layered_table(path: Path) -> None:
    folder, case = path.parent, path.stem.removeprefix("row_tot_")
    seed, expected, theta = LAYERED.get(case, (f"seed_{case}", f"expected_{case}", f"expected_theta_{case}"))
    rows, columns = vector(folder / f"row_tot_{case}.csv"), vector(folder / f"col_tot_{case}.csv")
    model = conditional_maximisation(long_array(folder / f"{seed}.csv"), rows, columns)
    np.testing.assert_allclose(model.table, long_array(folder / f"{expected}.csv"), rtol=RELATIVE)
    factors = np.concatenate([model.origin, model.destination])
    np.testing.assert_allclose(factors, vector(folder / f"{theta}.csv"), rtol=RELATIVE)
    np.testing.assert_allclose(model.table.sum(axis=(1, 2)), rows, rtol=RELATIVE)


def test_surplus_totals_are_refused(reference: Path) -> None:
    """Defect 8 of the reference: three totals for two areas, the third is ignored and the margins do not match."""
    seed = long_array(reference / "migest" / "cm3" / "seed_2x2x3.csv")
    with pytest.raises(InputError, match="the margins do not fit the table"):
        conditional_maximisation(seed, np.array([100.0, 120.0, 20.0]), np.array([140.0, 100.0]))


@pytest.mark.parametrize("name", ["none", "dist"])
def test_three_way_tables(reference: Path, name: str) -> None:
    folder = reference / "migest" / "ipf3_4x4x4"
    start, end = matrix(folder / "stock_start.csv"), matrix(folder / "stock_end.csv")
    seed = np.moveaxis(long_array(folder / "seed_dist.csv"), 2, 0) if name == "dist" else None
    expected = np.moveaxis(long_array(folder / f"expected_ipf3_tight_seed_{name}.csv"), 2, 0)
    fixed = np.moveaxis(long_array(folder / f"expected_ipf3_qi_tight_seed_{name}.csv"), 2, 0)
    np.testing.assert_allclose(fit_layers(start, end, seed).table, expected, rtol=RELATIVE)
    np.testing.assert_allclose(fit_layers(start, end, seed, diagonal="largest").table, fixed, rtol=RELATIVE)


def test_three_way_table_with_structural_zeros(reference: Path) -> None:
    folder = reference / "migest" / "ipf3_4x4x4"
    fit = fit_layers(
        matrix(folder / "zeros_row_tot_orig_x_pob.csv").T,
        matrix(folder / "zeros_col_tot_pob_x_dest.csv"),
        np.moveaxis(long_array(folder / "zeros_seed.csv"), 2, 0),
    )
    expected = np.moveaxis(long_array(folder / "zeros_expected_ipf3_tight.csv"), 2, 0)
    np.testing.assert_allclose(fit.table, expected, rtol=RELATIVE)


@pytest.mark.parametrize(("name", "sizes"), [("block", [2, 3, 4, 3]), ("stripe", [2, 2, 3])])
def test_totals_of_blocks_and_stripes(reference: Path, name: str, sizes: list[int]) -> None:
    """The reference gives no inputs: the totals are those of its table, the seed is uniform."""
    expected = matrix(reference / "migest" / "misc" / f"expected_ipf2_{name}.csv")
    groups = groups_of(sizes)
    row_groups = groups if name == "block" else np.arange(len(expected))
    totals = block_sums(expected, row_groups, groups)
    fit = fit_blocks(
        np.ones(expected.shape),
        totals,
        row_groups,
        groups,
        row_totals=expected.sum(axis=1),
        column_totals=expected.sum(axis=0),
    )
    np.testing.assert_allclose(fit.table, expected, rtol=RELATIVE, atol=1e-12)


def test_block_and_stripe_matrices(reference: Path) -> None:
    folder, sizes = reference / "migest" / "misc", [2, 3, 4, 2]
    values = np.arange(1.0, 17.0).reshape(4, 4)
    np.testing.assert_array_equal(repeat_blocks(values.T, sizes, sizes), matrix(folder / "expected_block_matrix.csv"))
    np.testing.assert_array_equal(
        repeat_blocks(values, sizes, sizes), matrix(folder / "expected_block_matrix_byrow.csv")
    )
    stripes = np.arange(1.0, 45.0).reshape(11, 4)
    np.testing.assert_array_equal(
        repeat_blocks(stripes, [1] * 11, sizes), matrix(folder / "expected_stripe_matrix_byrow.csv")
    )


@pytest.mark.parametrize("case", ["4", "16"])
def test_tables_from_net_migration(reference: Path, case: str) -> None:
    folder, total = reference / "migest" / "cm_net", {"4": 600, "16": 200}[case]
    seed, net = matrix(folder / f"seed_{case}.csv"), vector(folder / f"net_{case}.csv")
    free = nearest_by_entropy(seed, net, tolerance=1e-10)
    np.testing.assert_allclose(free.table, matrix(folder / f"expected_cm_net_{case}.csv"), rtol=RELATIVE)
    fixed = nearest_by_entropy(seed, net, total=total, tolerance=1e-10)
    np.testing.assert_allclose(
        fixed.table, matrix(folder / f"expected_cm_net_tot_{case}_tot{total}.csv"), rtol=RELATIVE
    )
    assert fixed.table.sum() == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("name", ["net", "net_b"])
def test_tables_from_net_migration_and_a_prior(reference: Path, name: str) -> None:
    folder = reference / "migest" / "net_matrix"
    prior, net = matrix(folder / "prior.csv"), vector(folder / f"{name}.csv")
    ours = nearest_by_entropy(prior, net).table
    np.testing.assert_allclose(ours, matrix(folder / f"expected_ipf_{name}.csv"), atol=PERSONS_NET)
    np.testing.assert_allclose(ours, matrix(folder / f"expected_entropy_{name}.csv"), atol=PERSONS_CONE)


@pytest.mark.parametrize("name", ["net", "net_b"])
def test_nearest_tables_are_nearer_than_those_of_the_reference(reference: Path, name: str) -> None:
    """Defect 5 of the reference: its linear programme knows no prior, its least squares only the net migration."""
    folder = reference / "migest" / "net_matrix"
    prior, net = matrix(folder / "prior.csv"), vector(folder / f"{name}.csv")
    absolute, squares = nearest_by_absolute_change(prior, net), nearest_by_squares(prior, net)
    rivals = [matrix(folder / f"expected_{method}_{name}.csv") for method in ("ipf", "lp", "optim")]
    for rival in rivals:
        np.testing.assert_allclose(rival.sum(axis=0) - rival.sum(axis=1), net, atol=0.01)
        assert np.abs(absolute.table - prior).sum() < np.abs(rival - prior).sum() - 1
        assert ((squares.table - prior) ** 2).sum() < ((rival - prior) ** 2).sum() - 1
    fewest = nearest_by_absolute_change(np.zeros_like(prior), net)
    assert fewest.table.sum() == pytest.approx(rivals[1].sum())


def with_margins(component: Floats, rows: Floats, columns: Floats, total: float) -> Floats:
    return np.block([[component, rows[:, None]], [columns[None, :], np.array([[total]])]])


@pytest.mark.parametrize("path", referenced("*/multi_comp/m4.csv", "*/multi_comp/italy2000_od.csv"))
def test_components(path: Path) -> None:
    found = multiplicative_components(matrix(path))
    ours = with_margins(found.interaction, found.origin, found.destination, found.total)
    np.testing.assert_allclose(ours, matrix(path.with_name(f"expected_{path.name}")), rtol=RELATIVE_COMPONENTS)


def test_components_by_age(reference: Path) -> None:
    folder = reference / "migest" / "multi_comp"
    flows = long_array(next(folder.glob("[!e]*_oda.csv")))
    expected = long_array(next(folder.glob("*_multi_comp2.csv")))
    for age, found in enumerate(components_by_layer(flows)):
        ours = with_margins(found.interaction, found.origin, found.destination, found.total)
        np.testing.assert_allclose(ours, expected[..., age], rtol=RELATIVE_COMPONENTS)


def test_three_way_components(reference: Path) -> None:
    folder = reference / "migest" / "multi_comp"
    found = layered_components(long_array(next(folder.glob("[!e]*_oda.csv"))))
    expected = long_array(next(folder.glob("expected_*_oda.csv")))
    np.testing.assert_allclose(found.interaction, expected[:-1, :-1, :-1], rtol=RELATIVE_COMPONENTS)
    np.testing.assert_allclose(found.origin_destination, expected[:-1, :-1, -1], rtol=RELATIVE_COMPONENTS)
    np.testing.assert_allclose(found.origin_layer, expected[:-1, -1, :-1], rtol=RELATIVE_COMPONENTS)
    np.testing.assert_allclose(found.destination_layer, expected[-1, :-1, :-1], rtol=RELATIVE_COMPONENTS)
    shares = (expected[:-1, -1, -1], expected[-1, :-1, -1], expected[-1, -1, :-1])
    for ours, share in zip((found.origin, found.destination, found.layer), shares, strict=True):
        np.testing.assert_allclose(ours, share, rtol=RELATIVE_COMPONENTS)
    assert found.total == pytest.approx(expected[-1, -1, -1])
