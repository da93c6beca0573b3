"""What the best estimate reaches on destinations and periods it has not seen: nested cross-validation.

Everything that is fitted is fitted without the held-out destination (or period): the weights, the intervals, and the
two settings (the power of the variance, the share of the closed account), which an inner round of the same kind
chooses among `SETTINGS` by the mean of the promised scores (`promise`). The reported flows are brought by the user and
are never part of Corridor.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.estimate.accounts.best import (
    OTHER_TYPES,
    SMALLEST,
    Weights,
    bounds,
    ingredients,
    mixed,
    parts,
    resting_share,
)
from corridor.estimate.accounts.fitting import fit_weights, learn_factors, quantiles
from corridor.estimate.measures.scores import agreement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel

FIVE_YEARS = 5.0
"""Reported flows of a period are the mean of the reported years times this; so are estimates (moves a year)."""
METHODS = ("sd_drop_neg", "sd_rev_neg", "mig_rate", "da_min_open", "da_min_closed", "da_pb_closed")
"""The six estimates of Abel and Cohen (2019, 2022)."""
NEURAL = "neural"


class BlendSetting(NamedTuple):
    """What the inner round chooses."""

    power: float
    closed_share: float


SETTINGS = tuple(BlendSetting(*pair) for pair in product((1.25, 1.5, 1.75), (0.0, 0.25, 0.5)))


@dataclass(frozen=True, slots=True)
class AccountCells:
    """Reported flows and what the estimate of each is mixed from.

    Attributes
    ----------
    frame : orig, dest, period, reported (persons in five years), population (of the origin)
    open_units, closed_units : [cell, part], moves a year for one unit of each weight, if minimum migration is that of
        the open or the closed account
    """

    frame: pd.DataFrame
    open_units: Floats
    closed_units: Floats

    def units(self, closed_share: float) -> Floats:
        """Mix the two minimum accounts: [cell, part]."""
        mixture: Floats = (1.0 - closed_share) * self.open_units + closed_share * self.closed_units
        return mixture

    def where(self, chosen: Booleans) -> AccountCells:
        """Return some of the cells."""
        return AccountCells(self.frame[chosen], self.open_units[chosen], self.closed_units[chosen])

    @property
    def reported(self) -> Floats:
        """Reported flows, [cell], persons a year."""
        return self.frame["reported"].to_numpy(dtype=np.float64) / FIVE_YEARS


@dataclass(frozen=True, slots=True)
class AccountsHeldOut:
    """Estimates of cells by a fit that has not seen their group; persons a year.

    Attributes
    ----------
    moves, lower, upper : [cell]
    plain_lower, plain_upper : [cell], the interval that one pair of factors for all flows gives
    settings, weights : what was chosen without each group
    """

    moves: Floats
    lower: Floats
    upper: Floats
    plain_lower: Floats
    plain_upper: Floats
    settings: Mapping[object, BlendSetting]
    weights: Mapping[object, Weights]


def eurostat_cells(folder: Path) -> pd.DataFrame:
    """Read the flows between European countries, with the published estimates beside them."""
    frame = pd.read_csv(folder / "flows_reported" / "eurostat_pairs_5y.csv", keep_default_na=False)
    return frame.rename(columns={"year0": "period", "reported_5y": "reported", "pop_orig": "population"})


def oecd_cells(folder: Path) -> pd.DataFrame:
    """Read inflows by nationality to OECD countries in the periods of 2000-2020, with the published estimates.

    A row is the mean of the reported years of the period times five. The source has dropped zeros. Partners that the
    published estimates do not cover have no figures there (NaN).
    """
    frame = pd.read_parquet(folder / "flows_reported" / "oecd_imd_2000_2021.parquet")
    frame = frame.astype({"partner": "str", "reporter": "str"})
    known = frame["partner"].isin(codes()) & (frame["partner"] != frame["reporter"]) & (frame["year"] < 2020)
    frame = frame[known & (frame["variable"] == "inflow_by_nationality")]
    frame = frame.assign(period=frame["year"] // 5 * 5).rename(columns={"partner": "orig", "reporter": "dest"})
    keys = ["orig", "dest", "period"]
    cells = (frame.groupby(keys)["value"].mean() * FIVE_YEARS).rename("reported").reset_index()
    published = pd.read_parquet(folder / "abel_cohen" / "flows_total_6methods.parquet")
    cells = cells.merge(published.rename(columns={"year0": "period"}), how="left", on=keys)
    covered = set(published["orig"]) | set(published["dest"])
    both = cells["orig"].isin(covered) & cells["dest"].isin(covered)
    methods = list(METHODS)
    cells[methods] = cells[methods].astype(np.float64).fillna(0.0).where(both)
    return cells


def with_neural(cells: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Add the estimates of Gaskin and Abel (2025): the yearly flows from 50 persons up, summed over each period."""
    flows = pd.read_parquet(folder / "gaskin_abel" / "annual_flows_ge50.parquet")
    flows = flows.assign(period=flows["year"] // 5 * 5)
    sums = flows.groupby(["orig", "dest", "period"])["flow"].sum().rename(NEURAL).reset_index()
    merged = cells.merge(sums, how="left", on=["orig", "dest", "period"])
    return merged.assign(**{NEURAL: merged[NEURAL].fillna(0.0)})


def cells_of(frame: pd.DataFrame, panel: Panel, other_types: float = OTHER_TYPES) -> AccountCells:
    """Look up what the estimate of each cell is mixed from."""
    areas = pd.Index(codes())
    orig, dest = (areas.get_indexer(pd.Index(frame[end])) for end in ("orig", "dest"))
    period = frame["period"].to_numpy()
    by_account = np.empty((2, len(frame), 4))
    for start in np.unique(period).tolist():
        found, here = ingredients(panel, start), period == start
        for account in (0, 1):
            units = parts(found, float(account), other_types).sum(axis=1)
            by_account[account, here] = units[:, orig[here], dest[here]].T
    return AccountCells(frame.reset_index(drop=True), open_units=by_account[0], closed_units=by_account[1])


def fitted(cells: AccountCells, setting: BlendSetting) -> Weights:
    """Fit the weights to cells."""
    found = fit_weights(cells.units(setting.closed_share), cells.reported, setting.power)
    minimum, settled, recent, gravity = found.tolist()
    return Weights(minimum, settled, recent, gravity, setting.closed_share)


def moves_of(cells: AccountCells, weights: Weights) -> Floats:
    """Estimate cells: [cell], moves a year."""
    return mixed(cells.units(weights.closed_share).T, weights)


def resting_of(cells: AccountCells, weights: Weights) -> Floats:
    """Share of each estimate that rests on independence and gravity: [cell]."""
    return resting_share(cells.units(weights.closed_share).T, weights)


def left_out(cells: AccountCells, group: npt.NDArray[np.object_], setting: BlendSetting) -> tuple[Floats, Floats]:
    """Estimate every cell, and the share that rests, by a fit that leaves its group out: two of [cell]."""
    moves, resting = np.empty((2, len(group)))
    for label in np.unique(group):
        out = group == label
        weights = fitted(cells.where(~out), setting)
        moves[out], resting[out] = moves_of(cells.where(out), weights), resting_of(cells.where(out), weights)
    return moves, resting


def chosen_setting(cells: AccountCells) -> BlendSetting:
    """Choose the setting that predicts left-out destinations best."""
    destinations = cells.frame["dest"].to_numpy(dtype=object)
    return max(SETTINGS, key=lambda setting: promise(cells, left_out(cells, destinations, setting)[0]))


def promise(cells: AccountCells, moves: Floats) -> float:
    """Mean of the promised scores: correlations of counts, logs and rates, common part, within the factor, total."""
    population = cells.frame["population"].to_numpy(dtype=np.float64)
    found = agreement(moves * FIVE_YEARS, cells.reported * FIVE_YEARS, population=population)
    total = min(found.total_ratio, 1.0 / found.total_ratio)
    return (found.count + found.log + found.rate + found.common_part + found.within_factor + total) / 6.0


def nested(cells: AccountCells, hold_out: str) -> AccountsHeldOut:
    """Estimate every cell, with intervals, by a procedure that has not seen its destination or its period.

    Parameters
    ----------
    hold_out : column of the cells to hold out by, "dest" or "period"
    """
    group = cells.frame[hold_out].to_numpy(dtype=object)
    result = np.empty((5, len(group)))
    settings: dict[object, BlendSetting] = {}
    weights: dict[object, Weights] = {}
    for label in np.unique(group):
        out = group == label
        rest = cells.where(~out)
        settings[label] = chosen_setting(rest)
        weights[label] = fitted(rest, settings[label])
        result[:, out] = _estimated(rest, cells.where(out), settings[label], weights[label])
    moves, lower, upper, plain_lower, plain_upper = result
    return AccountsHeldOut(moves, lower, upper, plain_lower, plain_upper, settings, weights)


def _estimated(rest: AccountCells, out: AccountCells, setting: BlendSetting, weights: Weights) -> Floats:
    """Estimate cells with both kinds of intervals, learnt from the rest: [5, cell]."""
    factors, plain = interval_factors(rest, setting)
    moves = moves_of(out, weights)
    everywhere = np.broadcast_to(plain, factors.shape)
    resting = resting_of(out, weights)
    return np.stack([moves, *bounds(moves, resting, factors), *bounds(moves, resting, everywhere)])


def interval_factors(cells: AccountCells, setting: BlendSetting) -> tuple[Floats, Floats]:
    """Learn intervals from estimates that leave destinations out: factors by class, and one pair for all flows."""
    moves, resting = left_out(cells, cells.frame["dest"].to_numpy(dtype=object), setting)
    ratio = np.maximum(cells.reported, SMALLEST) / np.maximum(moves, SMALLEST)
    return learn_factors(moves, resting, cells.reported), quantiles(ratio)


def covered(reported: Floats, lower: Floats, upper: Floats) -> Booleans:
    """Say of each cell whether its interval holds what was reported."""
    inside: Booleans = (reported >= lower) & (reported <= upper)
    return inside


def estimates_beyond(fit: AccountCells, weights_without: Mapping[object, Weights], beyond: AccountCells) -> Floats:
    """Estimate cells of another collection: [cell], moves a year, without the reports of their destination.

    Parameters
    ----------
    fit : the cells the weights were fitted to
    weights_without : weights fitted without each destination (`HeldOut.weights`)
    beyond : cells to estimate; destinations that `fit` lacks are estimated with weights fitted to all of it
    """
    everything = fitted(fit, chosen_setting(fit))
    destinations = beyond.frame["dest"].to_numpy(dtype=object)
    moves = np.empty(len(destinations))
    for dest in np.unique(destinations):
        here = destinations == dest
        moves[here] = moves_of(beyond.where(here), weights_without.get(dest, everything))
    return moves


def table_of_period(flows: Mapping[int, Floats], frame: pd.DataFrame) -> Floats:
    """Look up tables [orig, dest] of moves a year for cells: [cell], persons in five years."""
    areas = pd.Index(codes())
    orig, dest = (areas.get_indexer(pd.Index(frame[end])) for end in ("orig", "dest"))
    position = {start: place for place, start in enumerate(flows)}
    stacked = np.stack(list(flows.values()))
    found: Floats = stacked[frame["period"].map(position).to_numpy(), orig, dest] * FIVE_YEARS
    return found
