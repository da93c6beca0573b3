"""Indices of migration systems against the reference outputs: regions in nine years and a table of four areas."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.estimate.measures.indices import (
    distance_moved,
    migration_connectivity,
    migration_impact,
    migration_intensity,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corridor.axes import Floats

RELATIVE = 1e-12  # arithmetic in another order
RELATIVE_FITTED = 1e-9  # both iterate; found: 2e-12, though the reference promises no more than 1e-6
SMALL = "small"
YEARS = [str(year) for year in range(2012, 2021)]

System = dict[str, "Floats"]


@pytest.fixture(scope="module")
def folder(reference: Path) -> Path:
    return reference / "migest" / "index"


@pytest.fixture(scope="module")
def systems(folder: Path) -> dict[str, System]:
    """Return flows, populations and distances by year, areas in the order of the file, and the small table."""
    regions = pd.read_csv(next(folder.glob("*gravity_subset.csv*")))
    names = regions["orig"].unique()
    found: dict[str, System] = {}
    for year, rows in regions.groupby("year"):
        tables = {
            name: rows.pivot_table(index="orig", columns="dest", values=name).loc[names, names].to_numpy(dtype=float)
            for name in ("flow", "dist_cent", "dest_pop")
        }
        found[str(year)] = {
            "flows": tables["flow"],
            "distance": tables["dist_cent"],
            "population": tables["dest_pop"][0],
        }
    small = pd.read_csv(folder / "small_matrix.csv", index_col=0).to_numpy(dtype=float)
    found[SMALL] = {"flows": small, "population": pd.read_csv(folder / "small_pop.csv")["pop"].to_numpy(dtype=float)}
    return found


def expected(folder: Path, name: str, system: str) -> dict[str, float]:
    path = folder / f"expected_{'small_' if system == SMALL else ''}{name}.csv"
    rows = pd.read_csv(path)
    if system != SMALL:
        rows = rows[rows["year"] == int(system)]
    assert len(rows)
    return dict(zip(rows["measure"], rows["value"], strict=True))


def without_diagonal(flows: Floats) -> Floats:
    moves = flows.copy()
    np.fill_diagonal(moves, 0.0)
    return moves


@pytest.mark.parametrize("system", YEARS)
def test_intensity(folder: Path, systems: dict[str, System], system: str) -> None:
    reference = expected(folder, "intensity", system)
    found = migration_intensity(systems[system]["flows"], systems[system]["population"] * 1e6)
    np.testing.assert_allclose(found.crude_migration_probability, reference["cmp"], rtol=RELATIVE)
    np.testing.assert_allclose(found.courgeau_k, reference["courgeau_k"], rtol=RELATIVE)


@pytest.mark.parametrize("system", [*YEARS, SMALL])
def test_impact(folder: Path, systems: dict[str, System], system: str) -> None:
    reference = expected(folder, "impact", system)
    found = migration_impact(systems[system]["flows"], systems[system]["population"])
    np.testing.assert_allclose(found.effectiveness, reference["effectivness"], rtol=RELATIVE)
    np.testing.assert_allclose(found.aggregate_net_migration_rate, reference["anmr"], rtol=RELATIVE)
    np.testing.assert_allclose(found.preference.sum(), reference["preference"], rtol=RELATIVE)
    np.testing.assert_allclose(found.velocity.sum(), reference["velocity"], rtol=RELATIVE)


@pytest.mark.parametrize("system", YEARS)
def test_mean_distance_and_decay(folder: Path, systems: dict[str, System], system: str) -> None:
    reference = expected(folder, "distance", system)
    found = distance_moved(systems[system]["flows"], systems[system]["distance"])
    np.testing.assert_allclose(found.mean, reference["mean"], rtol=RELATIVE)
    np.testing.assert_allclose(found.decay, reference["decay"], rtol=RELATIVE_FITTED)


def interpolated_medians(flows: Floats, distance: Floats) -> Iterator[float]:
    """Interpolate between the middles of the steps of cumulated moves, in every order of the pairs about the median."""
    off = ~np.eye(len(flows), dtype=bool)
    order = np.argsort(distance[off], kind="stable")
    distances, counts = distance[off][order], flows[off][order]
    middle = int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))
    near = [np.flatnonzero(distances == value) for value in np.unique(distances[middle - 3 : middle + 4])]
    for orders in product(*(permutations(tied) for tied in near)):
        mixed = counts.copy()
        for tied, new in zip(near, orders, strict=True):
            mixed[tied] = counts[list(new)]
        yield float(np.interp(0.5, (np.cumsum(mixed) - mixed / 2) / counts.sum(), distances))


@pytest.mark.parametrize("system", YEARS)
def test_median_of_the_reference_depends_on_the_order_of_areas(
    folder: Path, systems: dict[str, System], system: str
) -> None:
    """Both directions of a pair are equally far: the reference's interpolation is right for some order of the two."""
    reference = expected(folder, "distance", system)["median"]
    flows, distance = without_diagonal(systems[system]["flows"]), systems[system]["distance"]
    medians = list(interpolated_medians(flows, distance))
    assert np.abs(np.array(medians) / reference - 1).min() < RELATIVE
    ours = distance_moved(flows, distance).median
    nearest = np.unique(distance[distance > 0])
    place = int(np.flatnonzero(nearest == ours)[0])
    assert nearest[place - 1] < reference < nearest[place + 1]
    assert flows[distance <= ours].sum() >= flows.sum() / 2 > flows[distance < ours].sum()


@pytest.mark.parametrize("system", [*YEARS, SMALL])
def test_connectivity(folder: Path, systems: dict[str, System], system: str) -> None:
    reference = expected(folder, "connectivity", system)
    found = migration_connectivity(systems[system]["flows"])
    names = {
        "connectivity": found.connectivity,
        "inequality_equal": found.inequality_equal,
        "gini_total": found.gini,
        "gini_orig_standardized": found.gini_rows,
        "gini_dest_standardized": found.gini_columns,
        "acv": found.aggregated_cv,
    }
    np.testing.assert_allclose(list(names.values()), [reference[name] for name in names], rtol=RELATIVE)
    np.testing.assert_allclose(found.inequality_independent, reference["inequality_sim"], rtol=RELATIVE_FITTED)


@pytest.mark.parametrize("system", YEARS)
def test_gini_of_plane_and_mulligan(folder: Path, systems: dict[str, System], system: str) -> None:
    reference = expected(folder, "connectivity_gini_uncorrected", system)
    found = migration_connectivity(systems[system]["flows"])
    np.testing.assert_allclose(found.gini_plane_mulligan, reference["gini_total"], rtol=RELATIVE)


@pytest.mark.parametrize("system", [*YEARS, SMALL])
def test_weighted_ginis_of_the_reference_have_each_others_weights(
    folder: Path, systems: dict[str, System], system: str
) -> None:
    """The reference weights the Ginis out by moves in and the reverse, and divides by the number of areas."""
    reference = expected(folder, "connectivity", system)
    moves = without_diagonal(systems[system]["flows"])
    found = migration_connectivity(moves)
    share_out, share_in = moves.sum(axis=1) / moves.sum(), moves.sum(axis=0) / moves.sum()
    swapped = np.array([found.field_gini_out @ share_in, found.field_gini_in @ share_out]) / len(moves)
    np.testing.assert_allclose(swapped, [reference["mwg_orig"], reference["mwg_dest"]], rtol=RELATIVE)
    np.testing.assert_allclose(swapped.mean(), reference["mwg_mean"], rtol=RELATIVE)
    own = [found.field_gini_out @ share_out, found.field_gini_in @ share_in]
    np.testing.assert_allclose([found.weighted_gini_out, found.weighted_gini_in], own, rtol=RELATIVE)


@pytest.mark.parametrize("system", [*YEARS, SMALL])
def test_coefficient_of_variation_of_the_reference_is_none(
    folder: Path, systems: dict[str, System], system: str
) -> None:
    """The reference takes the root of the mean too, counts n^2 (n^2 - 1) and the diagonal: it grows with the flows."""
    reference = expected(folder, "connectivity", system)["cv"]
    moves = without_diagonal(systems[system]["flows"])
    cells = moves.size
    squares = ((moves - moves.mean()) ** 2).sum()
    np.testing.assert_allclose(np.sqrt(squares / (cells * (cells - 1)) / moves.mean()), reference, rtol=RELATIVE)
    off = moves[~np.eye(len(moves), dtype=bool)]
    ours = migration_connectivity(moves).coefficient_of_variation
    np.testing.assert_allclose(ours, np.std(off) / np.mean(off), rtol=RELATIVE)
