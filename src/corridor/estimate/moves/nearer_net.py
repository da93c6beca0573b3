"""Moves bent towards net migration, as far as a doubtful observation of it deserves.

The UN's net migration of a country is what its statistics and its population say, with an error that nobody publishes.
Taken as exact it spoils single corridors (`consistent`); left aside, a country whose arrivals nobody measured can lose
people year after year while all sources see it gain. It therefore counts as one more observation: every area has a
potential l, and

    moves'_od = moves_od exp(k_od (l_d - l_o)),    net'_a + DOUBT * turnover_a * l_a = net_a

where k is the variance of the logarithm of the moves, so that measured corridors hardly bend, damped where moves are
few, because small corridors say little about a sum. DOUBT and LARGE were chosen on countries held out
(`docs/results/moves.md`): there the scores of single corridors are as good as without, and a third of the distance from
the UN's net migration is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats

DOUBT = 1.0
"""How little net migration counts: the part of the turnover that a potential of 1 is worth."""
LARGE = 5000.0
"""Moves a year at which a corridor bends half as much as its variance allows, persons."""
MOST_BENT = 0.7
"""No corridor is bent by more than this in logarithms: to a half, or to the double."""
WINDOW = 5
"""Years over whose potentials a year's is the mean: the two before, its own and the two after (our judgement)."""
STEP, NEAR, ROUNDS = 0.5, 1e-8, 200
"""Largest step of a potential, the step that ends the search, and the most rounds."""


def nearer_net(moves: Floats, variance: Floats, net: Floats, fixed: Floats | None = None) -> Floats:
    """Bend the moves of a year towards net migration: [orig, dest], persons.

    Parameters
    ----------
    moves : [orig, dest], persons
    variance : [orig, dest], of the logarithm of the moves
    net : [area], net migration, persons
    fixed : [orig, dest], the part of moves that does not bend, such as what war explains; None for nothing
    """
    kept = np.zeros_like(moves) if fixed is None else np.minimum(fixed, moves)
    return kept + _bent(moves - kept, variance, _potential_of(moves, variance, net, kept))


def nearer_net_in_years(moves: Floats, variance: Floats, net: Floats, fixed: Floats) -> Floats:
    """Bend the moves of calendar years: [year, orig, dest], persons; all as in `nearer_net`, years first.

    Net migration of single years jumps more than people's habits do: potentials are means over `WINDOW` years.
    """
    kept = np.minimum(fixed, moves)
    of_years = [_potential_of(*year) for year in zip(moves, variance, net, kept, strict=True)]
    bends = [
        _bent(moves[at] - kept[at], variance[at], np.mean(of_years[max(at - WINDOW // 2, 0) : at + WINDOW // 2 + 1], 0))
        for at in range(len(moves))
    ]
    return kept + np.stack(bends)


def _potential_of(moves: Floats, variance: Floats, net: Floats, kept: Floats) -> Floats:
    """Potential of each area, by Newton's method: [area].

    Parameters
    ----------
    moves, variance, net : as in `nearer_net`
    kept : [orig, dest], the part of moves that does not bend, persons
    """
    loose = moves - kept
    bend = _readiness(loose, variance)
    worth = DOUBT * (moves.sum(axis=0) + moves.sum(axis=1)) + 1.0
    potential = np.zeros(len(net))
    for _ in range(ROUNDS):
        logs = _logs(bend, potential)
        bent = loose * np.exp(logs)
        arriving = (kept + bent).sum(axis=0) - (kept + bent).sum(axis=1)
        slope = bent * bend * (np.abs(logs) < MOST_BENT)
        both = slope + slope.T
        steepness = np.diag(both.sum(axis=1) + worth) - both
        step = np.clip(np.linalg.solve(steepness, net - arriving - worth * potential), -STEP, STEP)
        potential = potential + step
        if np.abs(step).max() < NEAR:
            break
    return potential


def _readiness(loose: Floats, variance: Floats) -> Floats:
    """How readily moves bend: the variance of their logarithm, less where they are few: [orig, dest]."""
    readiness: Floats = variance * loose / (loose + LARGE)
    return readiness


def _bent(loose: Floats, variance: Floats, potential: Floats) -> Floats:
    bent: Floats = loose * np.exp(_logs(_readiness(loose, variance), potential))
    return bent


def _logs(bend: Floats, potential: Floats) -> Floats:
    """Logarithm of what multiplies moves: [orig, dest]."""
    logs: Floats = np.clip(bend * (potential[None, :] - potential[:, None]), -MOST_BENT, MOST_BENT)
    return logs
