"""Make the small reference outputs in `tests/expected/oracle`: python -m tests.expected.make_oracle

Run it anew only after a change of results that is meant, and where the full reference lies beside the checkout: tests
compare with both, so that what is recorded here is known to agree with programs of others. The inputs are made up.
Files are laid out and named as the full reference has them, quirks included, each told at its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.demography.age_profiles import age_profile, curve_shape
from corridor.demography.schedules import UN_FAMILIES, RogersCastro, rogers_castro
from corridor.estimate.accounts.accounting import (
    BIRTH,
    OUTSIDE,
    account_of_birthplace,
    adjusted_stocks,
    flows_of_birthplace,
    net_migration,
)
from corridor.estimate.accounts.differencing import stock_differences
from corridor.estimate.accounts.net_migration import net_from_survival_ratios, net_of_children
from corridor.estimate.accounts.stock_rates import flows_by_growth_matrix, flows_by_stock_shares
from corridor.estimate.measures.indices import (
    distance_moved,
    migration_connectivity,
    migration_impact,
    migration_intensity,
)
from corridor.estimate.measures.summaries import (
    area_totals,
    flow_matrix,
    flow_table,
    lump_small,
    od_table,
    pair_totals,
    totals_by_area,
    totals_by_pair,
    with_group_totals,
)
from corridor.estimate.tables.components import components_by_layer, layered_components, multiplicative_components
from corridor.estimate.tables.conditional_maximisation import conditional_maximisation
from corridor.estimate.tables.ipf import fit_margins
from corridor.estimate.tables.ipf_blocks import fit_blocks, groups_of
from corridor.estimate.tables.ipf_three_way import fit_layers
from corridor.estimate.tables.net_tables import nearest_by_absolute_change, nearest_by_entropy, nearest_by_squares
from corridor.estimate.tables.rescaling import rescale_net
from tests.expected.make_cohorts import write_cohorts
from tests.expected.writing import AREAS, measures, with_margins, write, write_long, write_matrix, write_vector
from tests.oracle.test_migest_accounting import Variant
from tests.references import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from corridor.axes import Floats

MIGEST = OWN / "migest"
SMALL = np.array([[0.0, 90, 35, 60], [55, 0, 40, 10], [70, 25, 0, 45], [15, 30, 20, 0]])
"""Moves between four areas."""
VARIANTS = (
    "min_rescale_before_b-native_d-proportion",
    "indep_rescale_after_b-proportion_d-proportion",
    "min_open-dr_before_b-native_d-accounting",
    "indep_open-dr_before_b-proportion_d-proportion",
)


# Indices ------------------------------------------------------------------------------------------------------------


def gravity_rows() -> pd.DataFrame:
    """Return moves, distances and populations (millions) of five areas in nine years."""
    random, areas = np.random.default_rng(1), ["A", "B", "C", "D", "E"]
    distance = np.triu(random.uniform(40, 400, (5, 5)), 1)
    distance += distance.T
    frames = []
    for year in range(2012, 2021):
        people = random.uniform(0.5, 9.0, 5).round(4)
        moves = np.rint(random.uniform(100, 9000, (5, 5)))
        rows = pd.MultiIndex.from_product([areas, areas], names=["orig", "dest"]).to_frame(index=False)
        rows.insert(0, "year", year)
        frames.append(
            rows.assign(
                flow=moves.ravel(),
                dist_cent=distance.ravel(),
                orig_pop=np.repeat(people, 5),
                dest_pop=np.tile(people, 5),
            )
        )
    return pd.concat(frames)


def write_indices() -> None:
    """Write the indices of nine years and of the small table."""
    folder, rows = MIGEST / "index", gravity_rows()
    write(folder / "gravity_subset.csv", rows)
    population = np.array([1200.0, 1900, 700, 900])
    write_matrix(folder / "small_matrix.csv", SMALL)
    write(folder / "small_pop.csv", pd.DataFrame({"region": AREAS, "pop": population}))
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in ("intensity", "impact", "distance", "connectivity")}
    for year, each in rows.groupby("year"):
        flows, distance = (each[name].to_numpy().reshape(5, 5) for name in ("flow", "dist_cent"))
        people = each["dest_pop"].to_numpy()[:5]
        tables["intensity"].append(measures(intensity(flows, people * 1e6), year=year))
        tables["impact"].append(measures(impact(flows, people), year=year))
        tables["distance"].append(measures(distances(flows, distance), year=year))
        tables["connectivity"].append(measures(connectivity(flows), year=year))
    for name, frames in tables.items():
        write(folder / f"expected_{name}.csv", pd.concat(frames))
    uncorrected = [
        measures(
            {"gini_total": migration_connectivity(each["flow"].to_numpy().reshape(5, 5)).gini_plane_mulligan}, year=year
        )
        for year, each in rows.groupby("year")
    ]
    write(folder / "expected_connectivity_gini_uncorrected.csv", pd.concat(uncorrected))
    write(folder / "expected_small_impact.csv", measures(impact(SMALL, population)))
    write(folder / "expected_small_connectivity.csv", measures(connectivity(SMALL)))


def intensity(flows: Floats, people: Floats) -> dict[str, float]:
    """Return the measures of intensity by the reference's names, as the next three functions do."""
    found = migration_intensity(flows, people)
    return {"cmp": found.crude_migration_probability, "courgeau_k": found.courgeau_k}


def impact(flows: Floats, people: Floats) -> dict[str, float]:
    found = migration_impact(flows, people)
    return {
        "effectivness": found.effectiveness,
        "anmr": found.aggregate_net_migration_rate,
        "preference": found.preference.sum(),
        "velocity": found.velocity.sum(),
    }


def distances(flows: Floats, distance: Floats) -> dict[str, float]:
    """The reference interpolates its median between the middles of the steps of cumulated moves."""
    found, off = distance_moved(flows, distance), ~np.eye(len(flows), dtype=bool)
    order = np.argsort(distance[off], kind="stable")
    far, counts = distance[off][order], flows[off][order]
    median = np.interp(0.5, (np.cumsum(counts) - counts / 2) / counts.sum(), far)
    return {"mean": found.mean, "median": float(median), "decay": found.decay}


def connectivity(flows: Floats) -> dict[str, float]:
    """The reference weights each Gini by the other direction and divides by areas; its variation grows with flows."""
    moves = flows * (1 - np.eye(len(flows)))
    found, cells = migration_connectivity(moves), flows.size
    share_out, share_in = moves.sum(axis=1) / moves.sum(), moves.sum(axis=0) / moves.sum()
    swapped = [float(found.field_gini_out @ share_in), float(found.field_gini_in @ share_out)]
    squares = ((moves - moves.mean()) ** 2).sum()
    return {
        "connectivity": found.connectivity,
        "inequality_equal": found.inequality_equal,
        "inequality_sim": found.inequality_independent,
        "gini_total": found.gini,
        "gini_orig_standardized": found.gini_rows,
        "gini_dest_standardized": found.gini_columns,
        "mwg_orig": swapped[0] / len(flows),
        "mwg_dest": swapped[1] / len(flows),
        "mwg_mean": sum(swapped) / 2 / len(flows),
        "cv": float(np.sqrt(squares / (cells * (cells - 1)) / moves.mean())),
        "acv": found.aggregated_cv,
    }


# Ages ---------------------------------------------------------------------------------------------------------------


def write_ages() -> None:
    """Write age profiles of a census, and curves of Rogers and Castro."""
    ages = np.arange(91.0)
    curve = rogers_castro(ages, RogersCastro(0.05, 0.1, 0.2, 0.11, 0.35, 21.0, 0.01))
    rates = curve * np.random.default_rng(2).uniform(0.97, 1.03, len(ages))
    people = np.rint(40_000 * np.exp(-ages / 60))
    census = pd.DataFrame({"sample": "made up", "age": ages.astype(int), "population": people, "mi": rates})
    write(MIGEST / "index_age" / "ipumsi_age.csv", census)
    profile, peak = age_profile(ages, rates), int(np.argmax(rates))
    low = rates[peak - 6 : peak + 5].sum()  # the reference's breadth lies a year too low
    known = {
        "gmr": profile.gross_rate,
        "peak_mi": 100 * profile.peak_intensity,
        "peak_age": profile.peak_age,
        "peak_breadth": 100 * low,
        "peak_share": 100 * low / rates.sum(),
        "murc": profile.rise_age,
        "mdrc": profile.fall_age,
        "asymmetry": profile.asymmetry,
    }
    write(MIGEST / "index_age" / "expected.csv", measures(known, sample="made up"))
    write_curves(MIGEST / "rogers_castro")


def write_curves(folder: Path) -> None:
    """Write curves, and their shapes, of 7 and of 13 parameters and of the families of the UN that Corridor has."""
    fundamental = RogersCastro(0.03, 0.12, 0.07, 0.09, 0.45, 21.5, 0.002)
    late = RogersCastro(
        0.03, 0.12, 0.07, 0.09, 0.45, 21.5, 0.002, a3=0.001, alpha3=0.6, mu3=66.0, lambda3=0.35, a4=0.0008, lambda4=0.02
    )
    for name, curve in (("fund", fundamental), ("13par", late)):
        write(folder / {"fund": "rc_model_fund.csv", "13par": "params_13par.csv"}[name], parameters(curve))
        write(folder / f"schedule_{name}.csv", schedule(curve))
    write(folder / "expected_index_age_rc_fund.csv", measures(shape(fundamental)))
    families = [
        ({"schedule_abb": name, "sex": sex}, curve)
        for name, curves in UN_FAMILIES.items()
        for sex, curve in zip(("female", "male"), curves, strict=True)
    ]
    write(folder / "rc_model_un.csv", pd.concat([parameters(curve).assign(**key) for key, curve in families]))
    write(folder / "schedule_un.csv", pd.concat([schedule(curve).assign(**key) for key, curve in families]))
    shapes = [measures(shape(curve)).rename(columns={"measure": "index"}).assign(**key) for key, curve in families]
    write(folder / "expected_index_age_rc_un.csv", pd.concat(shapes))


def parameters(curve: RogersCastro) -> pd.DataFrame:
    """Return the parameters of a curve that are not zero."""
    values = {name: getattr(curve, name) for name in curve.__slots__}
    known = {name: value for name, value in values.items() if value}
    return pd.DataFrame({"param": list(known), "value": list(known.values())})


def schedule(curve: RogersCastro) -> pd.DataFrame:
    ages = np.arange(101.0)
    return pd.DataFrame({"age": ages.astype(int), "m": rogers_castro(ages, curve)})


def shape(curve: RogersCastro) -> dict[str, float]:
    found = curve_shape(curve)
    return {
        "peaking": found.peaking,
        "child_dependency": found.child_dependency,
        "labor_dependency": found.labour_dependency,
        "labor_asymmetry": found.labour_asymmetry,
        "regularity": found.regularity,
    }


# Accounts -----------------------------------------------------------------------------------------------------------

START = np.array([[900.0, 40, 25, 30], [60, 1200, 45, 20], [35, 50, 700, 15], [20, 30, 10, 500]])
BIRTHS = np.array([90.0, 110, 60, 40])
DEATHS = np.array([70.0, 95, 50, 45])


def balanced_stocks() -> tuple[Floats, Floats, Floats, Floats]:
    """Return birthplace by residence at both ends of a period, births and deaths that agree over the world."""
    end = START + np.array([[-20.0, 15, 10, 5], [10, 30, -5, 20], [5, 20, 5, 5], [-5, 10, 5, 0]])
    end[0, 0] += START.sum() + BIRTHS.sum() - DEATHS.sum() - end.sum()
    return START, end, BIRTHS, DEATHS


def write_accounts() -> None:
    """Write demographic accounts in four variants, and flows with an auxiliary seed."""
    folder, rows = MIGEST / "ffs_demo_own", []
    write_stocks(folder, *balanced_stocks())
    for name in VARIANTS:
        variant = Variant.of(name)
        flows = variant.account(balanced_stocks()).flows.sum(axis=0)
        names = [*AREAS, "Sum"]
        write_matrix(folder / f"od_tight_{name}.csv", with_sums(flows), names, names)
        write(folder / f"account_tight_{name}.csv", pd.concat(account_rows(variant)))
        rows.append({"case": "own", "variant": name, "total_flow_tight": flows.sum(), "msg": ""})
    write(MIGEST / "ffs_demo_summary.csv", pd.DataFrame(rows))
    write_seeded(MIGEST / "ffs_demo_imr_seed")


def write_stocks(folder: Path, start: Floats, end: Floats, births: Floats, deaths: Floats) -> None:
    write_matrix(folder / "stock_start.csv", start)
    write_matrix(folder / "stock_end.csv", end)
    write_vector(folder / "births.csv", births)
    write_vector(folder / "deaths.csv", deaths)


def with_sums(flows: Floats) -> Floats:
    return with_margins(flows, flows.sum(axis=1), flows.sum(axis=0), float(flows.sum()))


def account_rows(variant: Variant) -> Iterable[pd.DataFrame]:
    """Yield the account of each birthplace; the reference has those who leave and who arrive the other way round."""
    adjusted = adjusted_stocks(*balanced_stocks(), **variant.adjustment())
    for position, birthplace in enumerate(AREAS):
        account = account_of_birthplace(adjusted, position, stayers=variant.stayers)
        account[BIRTH, :-2] = adjusted.births[:, position]
        account[:-2, OUTSIDE], account[OUTSIDE, :-2] = account[OUTSIDE, :-2].copy(), account[:-2, OUTSIDE].copy()
        table = pd.DataFrame(account, [*AREAS, "birth", "outside"], [*AREAS, "death", "outside"])
        rows = table.rename_axis("orig").reset_index().melt("orig", var_name="dest")
        yield rows.assign(birth=birthplace)


def write_seeded(folder: Path) -> None:
    stocks = balanced_stocks()
    write_stocks(folder, *stocks)
    distance = np.array([[0.0, 5, 40, 300], [5, 0, 35, 290], [40, 35, 0, 280], [300, 290, 280, 0]])
    adjusted = adjusted_stocks(*stocks)
    seeds: tuple[tuple[str, str, Any, Floats], ...] = (
        ("seed_distance_plus1", "expected_indep_seed_plus1", "independence", distance + 1),
        ("seed_distance", "expected_min_seed_ipf3_qi", "minimum", distance),
    )
    for name, expected, stayers, seed in seeds:
        write_matrix(folder / f"{name}.csv", seed)
        flows = [flows_of_birthplace(adjusted, place, stayers=stayers, seed=seed) for place in range(len(AREAS))]
        write_long(folder / f"{expected}.csv", np.moveaxis(np.array(flows), 0, 2))


# Simple estimates and summaries ---------------------------------------------------------------------------------------


def write_simple_estimates() -> None:
    """Write flows from stock differences and rates, and residual net migration."""
    start, end, *_ = balanced_stocks()
    for example in ("ffs_diff_4x4", "ffs_rates_4x4"):
        write_matrix(MIGEST / example / "stock_start.csv", start)
        write_matrix(MIGEST / example / "stock_end.csv", end)
    words: tuple[tuple[Any, str], ...] = (("drop", "zero"), ("reverse", "return"))
    for decreases, name in words:
        for natives, born in ((False, "foreign"), (True, "native")):
            moves = stock_differences(start, end, decreases=decreases, natives=natives)
            write_matrix(MIGEST / "ffs_diff_4x4" / f"expected_{name}_{born}.csv", moves)
    folder, total = MIGEST / "ffs_rates_4x4", float(np.abs(end.sum(axis=0) - start.sum(axis=0)).sum())
    write_vector(folder / "M.csv", np.array([total]))
    write_matrix(folder / "expected_dennett.csv", flows_by_stock_shares(start, total))
    write_matrix(folder / "expected_rogers_von_rabenau.csv", flows_by_growth_matrix(start, end))
    write_residuals()


def write_residuals() -> None:
    """Write net migration by survival ratios, that of children, by vital statistics, and rescaled to sum to zero."""
    start, end = np.array([8e4, 7.5e4, 6e4, 4e4]), np.array([9e4, 7.2e4, 6.4e4, 3.1e4])
    ratio = np.array([0.97, 0.96, 0.91, 0.8])
    found = net_from_survival_ratios(start, end, ratio)
    table = pd.DataFrame({"pop_start": start, "pop_end": end, "sr": ratio})
    table["net_forward"], table["net_reverse"] = found.forward, found.reverse
    table["net_average"], table["pop1_forward"] = found.average, found.expected_end
    write(MIGEST / "net_sr" / "expected_own.csv", table.assign(pop0_reverse=found.expected_start))
    people = np.array([8.6e4, 8.3e4, 7.9e4, 7.0e4, 6.1e4, 5.0e4, 4.4e4, 3.9e4, 3.3e4, 2.8e4, 2.0e4])
    children = pd.DataFrame({"pop_1970": people, "phl_census_sr": [np.nan, np.nan, *np.linspace(1.1, 0.7, 9)]})
    for name, scale in (("net_forward", 90.0), ("net_reverse", 80.0), ("net_average", 85.0)):
        net = np.array([0, 0, *scale * np.array([-11.0, 4, 30, 22, 9, 5, -3, -6, -2])])
        children[name] = np.concatenate([net_of_children(people, net), net[2:]])
    write(MIGEST / "net_sr" / "expected_own_children.csv", children)
    vital = pd.DataFrame({"pop_1960": start, "pop_1970": end, "births": 0.2 * start, "deaths": 0.1 * start})
    vital["net"] = vital["pop_1970"] - vital["pop_1960"] - vital["births"] + vital["deaths"]
    write(MIGEST / "net_vs" / "expected.csv", vital)
    net, weights = np.array([-180.0, -25, -6, 0, 15, 24, 66, 96]), np.array([1.0, 2, 1, 1, 3, 2, 1, 1])
    rescaled = {"x": net, "no_switches": rescale_net(net, method="no-switches")}
    rescaled |= {"switches": rescale_net(net, method="switches"), "w_noswitch": rescale_net(net, weights=weights)}
    write(MIGEST / "misc" / "expected_rescale_net.csv", pd.DataFrame(rescaled))


def write_summaries() -> None:
    """Write totals, matrices and tables of the small table, of nine years and of a table of groups."""
    folder, table = MIGEST / "sums", flow_table(pd.DataFrame(SMALL.astype(int), AREAS, AREAS))
    write(folder / "m4.csv", pd.DataFrame(SMALL.astype(int), AREAS, AREAS).rename_axis("orig"), index=True)
    totals, names = area_totals(SMALL), ["out_mig", "in_mig", "turn", "net"]
    columns = (totals.departures, totals.arrivals, totals.turnover, totals.net)
    write(
        folder / "expected_sum_region.csv",
        pd.DataFrame({"region": AREAS, **dict(zip(names, columns, strict=True))}).astype(dict.fromkeys(names, int)),
    )
    write(folder / "expected_sum_country.csv", totals_by_area(table))
    write_vector(folder / "expected_sum_net.csv", net_migration(SMALL))
    pairs = totals_by_pair(table).sort_values(["dest", "orig"])
    both, apart = pair_totals(SMALL), ~np.eye(4, dtype=bool)
    assert pairs.sort_values(["orig", "dest"])["interchange"].tolist() == both.interchange[apart].tolist()
    write(folder / "expected_sum_bilat.csv", pairs)
    layers = np.stack([SMALL, 2 * SMALL, SMALL.T], axis=2)
    write_long(folder / "array3.csv", layers)
    by_birthplace = np.moveaxis(layers, 2, 0)
    sums = od_table(by_birthplace, AREAS)
    write(folder / "expected_sum_od.csv", sums, index=True)
    kept = od_table(by_birthplace + 1, AREAS, keep_diagonal=True, totals=False)
    write(folder / "expected_sum_od_keepdiag.csv", kept, index=True)
    write(folder / "expected_mig_tibble.csv", table.sort_values(["dest", "orig"]))
    rows = gravity_rows()
    write(folder / "expected_mig_matrix_2020.csv", flow_matrix(rows[rows["year"] == 2020]), index=True)
    by_year = totals_by_area(rows, by=["year"])
    write(folder / "expected_sum_region_by_year.csv", by_year[by_year["year"] >= 2019])
    write_groups(folder)
    lumps: tuple[tuple[Any, float], ...] = (
        (("flow",), 40),
        (("in",), 130),
        (("out",), 130),
        (("in", "out"), 130),
        (("turnover",), 130),
    )
    for by, threshold in lumps:
        write(folder / f"expected_sum_lump_{'_'.join(by)}.csv", lump_small(table, threshold, by=by))


def write_groups(folder: Path) -> None:
    areas = ["A1", "A2", "B1", "B2", "B3", "C1"]
    blocks = pd.DataFrame(np.arange(36.0).reshape(6, 6), areas, areas).rename_axis("row")
    write(folder / "block_matrix.csv", blocks, index=True)
    groups = {area: area[0] for area in areas}
    write(folder / "expected_sum_expand.csv", with_group_totals(blocks, groups), index=True)
    positions: tuple[tuple[Any, str], ...] = (("first", "long"), ("last", "area_last"))
    for position, name in positions:
        expanded = flow_table(with_group_totals(blocks, groups, position=position))
        write(folder / f"expected_sum_expand_{name}.csv", expanded)


# Fitted tables --------------------------------------------------------------------------------------------------------


def write_fitted_tables() -> None:
    """Write tables fitted to margins in two and three ways, with zeros and without."""
    rows, columns = np.array([210.0, 130, 150, 60]), np.array([160.0, 140, 110, 140])
    no_diagonal = SMALL + 0.0
    for name, seed in (("own_full", SMALL + 10.0 + np.diag([400.0, 300, 200, 100])), ("own_zeros", no_diagonal)):
        folder = MIGEST / "ipf2_cm2" / name
        write_matrix(folder / "seed.csv", seed)
        write_vector(folder / "row_tot.csv", rows)
        write_vector(folder / "col_tot.csv", columns)
        write_matrix(folder / "expected_ipf2_tight.csv", fit_margins(seed, rows, columns).table)
        model = conditional_maximisation(seed, rows, columns)
        write_matrix(folder / "expected_cm2_tight.csv", model.table)
        write_vector(folder / "expected_cm2_theta_tight.csv", np.concatenate([model.origin, model.destination]))
    folder, seed = MIGEST / "ipf2_cm2" / "own_full", SMALL + 10.0 + np.diag([400.0, 300, 200, 100])
    write_matrix(folder / "expected_ipf2_row_only.csv", fit_margins(seed, rows, None).table)
    write_matrix(folder / "expected_ipf2_col_only.csv", fit_margins(seed, None, columns).table)
    write_layered()
    write_blocks()


def write_layered() -> None:
    random = np.random.default_rng(3)
    folder, seed = MIGEST / "cm3", random.uniform(1, 40, (2, 2, 3))
    rows, columns = np.array([250.0, 350]), np.array([330.0, 270])
    write_vector(folder / "row_tot_2x2x3.csv", rows)
    write_vector(folder / "col_tot_2x2x3.csv", columns)
    write_long(folder / "seed_2x2x3.csv", seed)
    model = conditional_maximisation(seed, rows, columns)
    write_long(folder / "expected_2x2x3.csv", model.table)
    write_vector(folder / "expected_theta_2x2x3.csv", np.concatenate([model.origin, model.destination]))
    folder, (start, end, *_) = MIGEST / "ipf3_4x4x4", balanced_stocks()
    end = end * (start.sum(axis=1) / end.sum(axis=1))[:, None]
    write_matrix(folder / "stock_start.csv", start)
    write_matrix(folder / "stock_end.csv", end)
    layers = random.uniform(1, 9, (4, 4, 4))
    write_long(folder / "seed_dist.csv", np.moveaxis(layers, 0, 2))
    for name, prior in (("none", None), ("dist", layers)):
        free, fixed = fit_layers(start, end, prior).table, fit_layers(start, end, prior, diagonal="largest").table
        write_long(folder / f"expected_ipf3_tight_seed_{name}.csv", np.moveaxis(free, 0, 2))
        write_long(folder / f"expected_ipf3_qi_tight_seed_{name}.csv", np.moveaxis(fixed, 0, 2))
    zeros = layers * (random.uniform(size=layers.shape) > 0.2)
    table = 50 * zeros * random.uniform(0.5, 2.0, layers.shape)
    write_long(folder / "zeros_seed.csv", np.moveaxis(zeros, 0, 2))
    write_matrix(folder / "zeros_row_tot_orig_x_pob.csv", table.sum(axis=2).T)
    write_matrix(folder / "zeros_col_tot_pob_x_dest.csv", table.sum(axis=1))
    fit = fit_layers(table.sum(axis=2), table.sum(axis=1), zeros)
    write_long(folder / "zeros_expected_ipf3_tight.csv", np.moveaxis(fit.table, 0, 2))


def write_blocks() -> None:
    random, folder = np.random.default_rng(4), MIGEST / "misc"
    for name, sizes in (("block", [2, 3, 4, 3]), ("stripe", [2, 2, 3])):
        columns = groups_of(sizes)
        size = (12, 12) if name == "block" else (4, 7)
        rows = columns if name == "block" else np.arange(4)
        truth = random.uniform(1, 50, size)
        totals = np.array(
            [
                [truth[np.ix_(rows == r, columns == c)].sum() for c in range(max(columns) + 1)]
                for r in range(max(rows) + 1)
            ]
        )
        fit = fit_blocks(
            np.ones(size), totals, rows, columns, row_totals=truth.sum(axis=1), column_totals=truth.sum(axis=0)
        )
        labels = [[str(at) for at in range(length)] for length in size]
        write_matrix(folder / f"expected_ipf2_{name}.csv", fit.table, *labels)
    sizes, names = [2, 3, 4, 2], [str(at) for at in range(11)]
    values, stripes = np.arange(1.0, 17.0).reshape(4, 4), np.arange(1.0, 45.0).reshape(11, 4)
    for name, block in (("block_matrix", values.T), ("block_matrix_byrow", values)):
        write_matrix(folder / f"expected_{name}.csv", block.repeat(sizes, axis=0).repeat(sizes, axis=1), names, names)
    write_matrix(folder / "expected_stripe_matrix_byrow.csv", stripes.repeat(sizes, axis=1), names, names)


def write_net_tables() -> None:
    """Write the tables nearest to a prior that have given net migration."""
    net = np.array([-80.0, 30, 65, -15])
    priors = {"4": (SMALL, 600.0), "16": (np.arange(1.0, 17.0).reshape(4, 4).T, 200.0)}
    for case, (seed, total) in priors.items():
        folder, wanted = MIGEST / "cm_net", net if case == "4" else net / 5
        write_matrix(folder / f"seed_{case}.csv", seed)
        write_vector(folder / f"net_{case}.csv", wanted)
        free = nearest_by_entropy(seed, wanted, tolerance=1e-10).table
        fixed = nearest_by_entropy(seed, wanted, total=total, tolerance=1e-10).table
        write_matrix(folder / f"expected_cm_net_{case}.csv", free)
        write_matrix(folder / f"expected_cm_net_tot_{case}_tot{total:.0f}.csv", fixed)
    folder, nothing = MIGEST / "net_matrix", np.zeros_like(SMALL)
    write_matrix(folder / "prior.csv", SMALL)
    for name, wanted in (("net", net), ("net_b", -net)):
        write_vector(folder / f"{name}.csv", wanted)
        near = nearest_by_entropy(SMALL, wanted).table
        write_matrix(folder / f"expected_ipf_{name}.csv", near)
        write_matrix(folder / f"expected_entropy_{name}.csv", near)
        # the reference's linear programme knows no prior, and its least squares only the net migration
        write_matrix(folder / f"expected_lp_{name}.csv", nearest_by_absolute_change(nothing, wanted).table)
        write_matrix(folder / f"expected_optim_{name}.csv", nearest_by_squares(nothing, wanted).table)


def write_components() -> None:
    """Write multiplicative components of a table and of one by age."""
    folder, flows = MIGEST / "multi_comp", np.random.default_rng(5).integers(1, 90, (4, 4, 3)).astype(float)
    flows *= 1 - np.eye(4)[:, :, None]
    found = multiplicative_components(SMALL)
    write_matrix(folder / "m4.csv", SMALL)
    table = with_margins(found.interaction, found.origin, found.destination, found.total)
    names = [*AREAS, "Sum"]
    write_matrix(folder / "expected_m4.csv", table, names, names)
    write_long(folder / "own_oda.csv", flows)
    layers = [with_margins(e.interaction, e.origin, e.destination, e.total) for e in components_by_layer(flows)]
    write_long(folder / "expected_own_multi_comp2.csv", np.stack(layers, axis=2))
    both = layered_components(flows)
    whole = np.empty((5, 5, 4))
    whole[:-1, :-1, :-1], whole[:-1, :-1, -1] = both.interaction, both.origin_destination
    whole[:-1, -1, :-1], whole[-1, :-1, :-1] = both.origin_layer, both.destination_layer
    whole[:-1, -1, -1], whole[-1, :-1, -1], whole[-1, -1, :-1] = both.origin, both.destination, both.layer
    whole[-1, -1, -1] = both.total
    write_long(folder / "expected_own_oda.csv", whole)


def main() -> None:
    """Write everything anew."""
    write_indices()
    write_ages()
    write_accounts()
    write_simple_estimates()
    write_summaries()
    write_fitted_tables()
    write_net_tables()
    write_components()
    write_cohorts()


if __name__ == "__main__":
    main()
