"""Compiled loops of the ensemble: many trajectories of a year in one pass, with the state in the processor's cache.

`corridor.projection.trajectory` says the same in NumPy, for reading; the tests hold the two together. Areas are the
outer loop of ageing, so that the rates of an area stay at hand for all trajectories; what couples the areas - who moves
where - is done one trajectory at a time, its flows by age and sex contracted by one matrix product. Sums may be
reordered by the compiler but never depend on how many trajectories a batch has.

Letters of the shapes: t trajectory of the batch, c area, s sex, x age, g = s x x, o origin (residence), d destination,
b birthplace, j stream of movers.
"""

# ruff: noqa: PLR0917 - compiled functions cannot have arguments that are keywords only
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from corridor.axes import FEMALE, MALE

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats
    from corridor.projection.quantiles import Singles

compiled = njit(nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
part = njit(nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"}, inline="always")
"""What is written into the loops that call it: linked instead, the code that is compiled and the code that is read from
the cache the next time may sum in different orders."""

GROUP_WIDTH = 5
"""Years of an age group, known when the loops are compiled."""
LEFT_OVER = 1e-9
"""Share of a total that may stay unspread: as in `corridor.projection.leaving`."""


@compiled
def survive_areas(
    population: Floats,
    total_fertility: Floats,
    life_expectancy: Floats,
    node_expectancy: Floats,
    node_bend: Floats,
    node_survival: Floats,
    pattern: Floats,
    sex_ratio: Floats,
    aged: Floats,
    births: Floats,
    survivors: Floats,
) -> None:
    """Survivors and births of a year, without migration, into `aged` [t, c, s, x], `births` and `survivors` [t, c].

    Parameters
    ----------
    population : [t, c, s, x], persons
    total_fertility : [t, c], births per woman
    life_expectancy : [t, c, s], years
    node_expectancy, node_bend, node_survival : [c, s, node], [c, s, node - 1], [c, s, node, x], see `SurvivalNodes`
    pattern : [c, x], shares of total fertility
    sex_ratio : [c], boys per girl
    """
    trajectories, areas, sexes, ages = population.shape
    for area in range(areas):
        first, last = _fertile(pattern[area])
        for t in range(trajectories):
            for sex in range(sexes):
                node, weight = _between(node_expectancy[area, sex], node_bend[area, sex], life_expectancy[t, area, sex])
                low, high = node_survival[area, sex, node], node_survival[area, sex, node + 1]
                before, after = population[t, area, sex], aged[t, area, sex]
                after[0] = low[0] + weight * (high[0] - low[0])
                for x in range(1, ages):
                    after[x] = before[x - 1] * (low[x] + weight * (high[x] - low[x]))
                after[ages - 1] += before[ages - 1] * (low[ages - 1] + weight * (high[ages - 1] - low[ages - 1]))
            women = 0.0
            for x in range(first, last):
                women += pattern[area, x] * (population[t, area, FEMALE, x] + aged[t, area, FEMALE, x])
            born = 0.5 * total_fertility[t, area] * women
            girls = born / (1.0 + sex_ratio[area])
            aged[t, area, FEMALE, 0] *= girls
            aged[t, area, MALE, 0] *= born - girls
            births[t, area], survivors[t, area] = born, 0.0
            for sex in range(sexes):
                survivors[t, area] += total_of(aged[t, area, sex])


@part
def _fertile(pattern: Floats) -> tuple[int, int]:
    first, last = 1, len(pattern)
    while first < last and pattern[first] == 0.0:
        first += 1
    while last > first and pattern[last - 1] == 0.0:
        last -= 1
    return first, last


@part
def _between(nodes: Floats, bend: Floats, value: float) -> tuple[int, float]:
    """Return the lower of the two nodes around a value and the weight of the upper, as `weights_between` does."""
    node = 0
    while node < len(nodes) - 2 and value >= nodes[node + 1]:
        node += 1
    way = min(max((value - nodes[node]) / (nodes[node + 1] - nodes[node]), 0.0), 1.0)
    return node, way / (way + bend[node] * (1.0 - way))


@compiled
def add_net(people: Floats, net: Floats, most: float) -> None:
    """Add net migrants [c, s, x] to survivors [t, c, s, x], taking at most the share `most` of a group."""
    trajectories, areas, sexes, ages = people.shape
    for area in range(areas):
        for t in range(trajectories):
            for sex in range(sexes):
                group, change = people[t, area, sex], net[area, sex]
                for x in range(ages):
                    group[x] += max(change[x], -most * group[x])


@compiled
def weigh(people: Floats, weights: Floats) -> Floats:
    """Return sums of people [t, c, s, x] weighted by [s, x]: [t, c]."""
    trajectories, areas, sexes, ages = people.shape
    sums = np.empty((trajectories, areas))
    for t in range(trajectories):
        for area in range(areas):
            total = 0.0
            for sex in range(sexes):
                group, weight = people[t, area, sex], weights[sex]
                for x in range(ages):
                    total += group[x] * weight[x]
            sums[t, area] = total
    return sums


@compiled
def age_groups(people: Floats) -> Singles:
    """Return people [t, c, s, x] in groups of five ages, the open age alone: [t, c, s, group], single precision."""
    trajectories, areas, sexes, ages = people.shape
    closed = (ages - 1) // GROUP_WIDTH
    sums = np.empty((trajectories, areas, sexes, closed + 1), np.float32)
    for t in range(trajectories):
        for area in range(areas):
            for sex in range(sexes):
                row, summed = people[t, area, sex], sums[t, area, sex]
                for group in range(closed):
                    total = 0.0
                    for x in range(GROUP_WIDTH):
                        total += row[group * GROUP_WIDTH + x]
                    summed[group] = total
                summed[closed] = row[ages - 1]
    return sums


@compiled
def want_like_baseline(
    of_natives: Floats,
    of_others: Floats,
    natives: Floats,
    others: Floats,
    pull: Floats,
    moves: Floats,
    scale: Floats,
    totals: Floats,
) -> None:
    """Wanted moves of one trajectory whose people have the birthplaces of the baseline.

    Parameters
    ----------
    of_natives, of_others : [o, d], the baseline's moves of the year, persons
    natives, others : [o], people who could make them, as ratios to the baseline
    pull : [d], factors of the destinations' attraction; the totals of origins stay
    moves : [o, d], filled with relative moves; times `scale` [o], filled too, they are persons
    totals : [o], filled with persons who want to leave
    """
    areas = len(pull)
    for o in range(areas):
        total, drawn = 0.0, 0.0
        native, other = natives[o], others[o]
        row, outward, rest = moves[o], of_natives[o], of_others[o]
        for d in range(areas):
            wanted = outward[d] * native + rest[d] * other
            total += wanted
            row[d] = wanted * pull[d]
            drawn += row[d]
        totals[o] = total
        scale[o] = total / drawn if drawn > 0.0 else 0.0


@part
def total_of(values: Floats) -> float:
    """Return the sum; only a loop over positions is compiled to vector instructions."""
    total = 0.0
    for position in range(len(values)):
        total += values[position]
    return total


@compiled
def share_out(moves: Floats, scale: Floats, weights: Floats, used: Booleans, leaving: Floats, parts: Floats) -> None:
    """Persons who want to leave an area in each stream of each sex, into `leaving` [s, o, j].

    Parameters
    ----------
    moves : [o, d], relative moves; times `scale` [o] they are persons
    weights : [s, j, o, d], share of a corridor's moves
    used : [j, o], false where all weights of a stream are zero
    parts : [s, o * j, d], filled from its start with the persons of the streams in which somebody wants to leave
    """
    sexes, streams, areas, _ = weights.shape
    rows, sent = np.zeros(sexes, np.int64), np.empty(areas)
    for o in range(areas):
        row, persons = moves[o], scale[o]
        for d in range(areas):
            sent[d] = row[d] * persons
        for s in range(sexes):
            for j in range(streams):
                weight, filled, total = weights[s, j, o], parts[s, rows[s]], 0.0
                if used[j, o]:
                    for d in range(areas):
                        filled[d] = sent[d] * weight[d]
                        total += filled[d]
                leaving[s, o, j] = total
                if total > 0.0:
                    rows[s] += 1


@compiled
def leave(leaving: Floats, survivors: Floats, schedules: Floats, most: float, rates: Floats, kept: Floats) -> None:
    """Movers of each age per person who wants to leave, into `rates` [s, o * j, x]: as `leaving.leaving_rates`.

    Parameters
    ----------
    leaving : [s, o, j], persons who want to leave
    survivors : [o, s, x], persons
    schedules : [s, j, o, x], relative intensity of moving
    most : share of a group that may leave
    rates : filled from its start with the streams in which somebody wants to leave
    kept : [o], filled with the share that leaves
    """
    sexes, areas, streams = leaving.shape
    ages = survivors.shape[2]
    rows, of_area, gone = np.zeros(sexes, np.int64), np.empty((sexes, streams, ages)), np.empty(ages)
    for o in range(areas):
        kept[o] = _leave_area(leaving[:, o], survivors[o], schedules[:, :, o], most, of_area, gone)
        for s in range(sexes):
            for j in range(streams):
                if leaving[s, o, j] > 0.0:
                    rate, found = rates[s, rows[s]], of_area[s, j]
                    for x in range(ages):
                        rate[x] = found[x]
                    rows[s] += 1


@part
def _leave_area(
    leaving: Floats, survivors: Floats, schedules: Floats, most: float, rates: Floats, gone: Floats
) -> float:
    """Fill the rates [s, j, x] of an area and return the share that leaves; `gone` [x] is room."""
    sexes, streams, ages = rates.shape
    over, nobody = False, False
    for s in range(sexes):
        people = survivors[s]
        gone[:] = 0.0
        for j in range(streams):
            rate, out = rates[s, j], leaving[s, j]
            if out == 0.0:
                rate[:] = 0.0
                continue
            total = _in_proportion(schedules[s, j], people, rate)
            nobody = nobody or total <= 0.0
            per = 1.0 / total if total > 0.0 else 0.0
            for x in range(ages):
                rate[x] *= per
                gone[x] += out * rate[x]
        pressed = 0
        for x in range(ages):
            pressed += gone[x] > most * people[x]
        over = over or pressed > 0
    if nobody:
        rates[:] = 0.0
        return 0.0
    return _leave_within(leaving, survivors, most, rates) if over else 1.0


@part
def _in_proportion(schedule: Floats, people: Floats, rate: Floats) -> float:
    """Set `rate` [x] to schedule times people and return its sum."""
    total = 0.0
    for x in range(len(rate)):
        rate[x] = schedule[x] * people[x]
        total += rate[x]
    return total


@part
def _leave_within(leaving: Floats, survivors: Floats, most: float, rates: Floats) -> float:
    """Give every group of an area its movers up to its limit, and what is left to the ages that still have room.

    Parameters
    ----------
    leaving : [s, j], persons
    survivors : [s, x], persons
    rates : [s, j, x], as without a limit; overwritten with rates that sum to the same share for all streams

    Returns
    -------
    That share
    """
    sexes, streams, ages = rates.shape
    kept, possible = 1.0, 1.0
    given, sums = np.zeros((sexes, streams, ages)), np.zeros((sexes, streams))
    for s in range(sexes):
        wanted, room = leaving[s].sum(), most * survivors[s].sum()
        if wanted > room:
            possible = min(possible, room / wanted)
    for s in range(sexes):
        _fill(leaving[s], possible, survivors[s], most, rates[s], given[s])
        for j in range(streams):
            sums[s, j] = given[s, j].sum()
            if leaving[s, j] > 0.0:
                kept = min(kept, sums[s, j] / leaving[s, j])
    for s in range(sexes):
        for j in range(streams):
            share = kept / sums[s, j] if sums[s, j] > 0.0 else 0.0
            for x in range(ages):
                rates[s, j, x] = given[s, j, x] * share
    return kept


@part
def _fill(leaving: Floats, possible: float, people: Floats, most: float, raw: Floats, given: Floats) -> None:
    """Fill `given` [j, x] with movers of one sex: full groups give no more, what is left goes to the others.

    Parameters
    ----------
    leaving : [j], persons, of whom the share `possible` is asked for
    people : [x], persons
    raw : [j, x], in proportion to schedule times survivors
    """
    streams, ages = raw.shape
    full, more, added = people <= 0.0, np.empty((streams, ages)), np.empty(ages)
    for _ in range(ages):
        unspread, added[:] = False, 0.0
        for j in range(streams):
            left, room = possible * leaving[j] - given[j].sum(), 0.0
            for x in range(ages):
                more[j, x] = 0.0 if full[x] else raw[j, x]
                room += more[j, x]
            unspread = unspread or (left > LEFT_OVER * possible * leaving[j] and room > 0.0)
            per = left / room if room > 0.0 else 0.0
            for x in range(ages):
                more[j, x] *= per
                added[x] += more[j, x]
        if not unspread:
            break
        for x in range(ages):
            free = max(most * people[x] - given[:, x].sum(), 0.0)
            fits = 1.0
            if added[x] > free:
                full[x], fits = True, free / added[x]
            for j in range(streams):
                given[j, x] += more[j, x] * fits


@compiled
def migrate(
    people: Floats,
    leaving: Floats,
    parts: Floats,
    rates: Floats,
    arriving: Floats,
    moved_out: Floats,
    moved_in: Floats,
) -> None:
    """Take emigrants from `people` [c, s, x] and add immigrants: whoever leaves arrives with the same age and sex.

    Immigrants of a sex are one matrix product over the streams, of whatever origin, in which somebody wants to leave.

    Parameters
    ----------
    leaving, parts, rates : [s, o, j], [s, o * j, d] and [s, o * j, x], from `share_out` and `leave`
    arriving : [s, d, x], filled with immigrants
    moved_out, moved_in : [c], filled with totals
    """
    areas, sexes, ages = people.shape
    moved_out[:], moved_in[:] = 0.0, 0.0
    for s in range(sexes):
        row = 0
        for o in range(areas):
            group = people[o, s]
            for j in range(leaving.shape[2]):
                out = leaving[s, o, j]
                if out > 0.0:
                    rate, total = rates[s, row], 0.0
                    for x in range(ages):
                        total += rate[x]
                        group[x] -= out * rate[x]
                    moved_out[o] += out * total
                    row += 1
        np.dot(parts[s, :row].T, rates[s, :row], arriving[s])
    for d in range(areas):
        for s in range(sexes):
            group, new, total = people[d, s], arriving[s, d], 0.0
            for x in range(ages):
                total += new[x]
                group[x] += new[x]
            moved_in[d] += total


@compiled
def correct(people: Floats, correction: Floats, bearing: Floats, most: float) -> None:
    """Add the baseline's correction by age [c, g], which sums to zero over areas and over groups, to `people` [c, g].

    Where it would take more than `most` of a group, the area's correction is shrunk and the others, by `bearing` [c]
    (persons), bear what the groups then miss zero by; should that still empty a group, all is shrunk alike.
    """
    areas, groups = people.shape
    kept, missing, free = np.empty(areas), np.zeros(groups), 0.0
    for area in range(areas):
        kept[area] = _bearable(people[area], correction[area], most)
        if kept[area] == 1.0:
            free += bearing[area]
        else:
            for g in range(groups):
                missing[g] -= (1.0 - kept[area]) * correction[area, g]
    if kept.min() == 1.0:
        missing[:], free = 0.0, 1.0
    if free <= 0.0:
        return
    shrunk, change = 1.0, np.empty(groups)
    for area in range(areas):
        share = bearing[area] / free if kept[area] == 1.0 else 0.0
        for g in range(groups):
            change[g] = kept[area] * correction[area, g] - share * missing[g]
        shrunk = min(shrunk, _bearable(people[area], change, most))
    for area in range(areas):
        share = bearing[area] / free if kept[area] == 1.0 else 0.0
        for g in range(groups):
            people[area, g] += shrunk * (kept[area] * correction[area, g] - share * missing[g])


@part
def _bearable(people: Floats, change: Floats, most: float) -> float:
    """Return the largest share of a change, at most 1, that takes no more than the share `most` of any group."""
    pressed = 0
    for g in range(len(people)):
        pressed += most * people[g] + change[g] < 0.0
    share = 1.0
    if pressed > 0:
        for g in range(len(people)):
            if -change[g] > most * people[g]:
                share = min(share, most * people[g] / -change[g])
    return share
