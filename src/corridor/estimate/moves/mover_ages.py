"""Sexes and ages of movers by corridor: from base moves, the stock by sex, and effects of areas fitted by us.

Sexes: the moves from b to d of people born in b, and their moves back, are as male as the stock of people born in b who
live in d. Where that stock is small, the share is drawn to that of all migrants of d.

Ages: a corridor has two streams, newcomers and returners. How much each counts follows from the share of returns in the
corridor's base moves, changed by an effect of the origin and one of the destination. Of which classes of movers a
stream consists is a matter of its origin. The effects are fitted to the UN's projected net migration by age and sex
(`corridor.estimate.moves.mover_fit`, run by `scripts/fit_mover_ages.py`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.axes import MALE, OUTWARD, RETURN, SEXES, TRANSIT
from corridor.demography.mover_classes import CLASSES, STREAMS, Movers, class_schedules, mixed_schedules
from corridor.estimate.moves.sexes import male_shares
from corridor.seals import shipped

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel

EFFECTS_FILE = Path(__file__).with_name("mover_effects.csv")
PAIR_PRIOR = 500.0
"""Persons of a stock that count as much as what all migrants of its host say about their sexes (our judgement)."""
HOST_PRIOR = 2000.0
"""Migrants of a host that count as much as what all migrants of the world say (our judgement)."""
STREAM_BOUNDS = (0.05, 0.95)
"""No corridor has less or more returners before effects: shares of base moves are estimates (our judgement)."""
STREAM_TRUST = 0.25
"""Part of the log odds of returns that is believed: estimated returns are uncertain (our judgement)."""

MOVES_IN_STREAMS = 0.97
"""Share of the world's moves that have two streams: those of the largest origins. The streams of the others are merged
to save time (our judgement: it adds 10,000 to 30,000 people a year whose age or sex must be corrected)."""


@dataclass(frozen=True, slots=True)
class MoverEffects:
    """What the fit says of areas.

    Attributes
    ----------
    leaning : [end, sex, area], added to the log odds of returners on the corridors from (0) and to (1) an area
    composition : [sex, stream, class, area], log shares of classes in the streams out of an area, up to a constant
    """

    leaning: Floats
    composition: Floats

    @property
    def shares(self) -> Floats:
        """Shares of classes in the streams out of each area: [sex, stream, class, area]."""
        sizes = np.exp(self.composition - self.composition.max(axis=2, keepdims=True))
        shares: Floats = sizes / sizes.sum(axis=2, keepdims=True)
        return shares


def load_effects(path: Path | None = None) -> MoverEffects:
    """Read the effects that are committed with the code, or those in another file."""
    content = shipped("estimate/moves/mover_effects.csv") if path is None else path.read_bytes()
    table = pd.read_csv(io.BytesIO(content), keep_default_na=False)
    rows = table.drop(columns=["iso3", "sex"]).to_numpy(dtype=np.float64)
    values = rows.reshape(len(SEXES), len(codes()), -1)
    composition = values[..., 2:].reshape(*values.shape[:2], len(STREAMS), len(CLASSES))
    return MoverEffects(np.moveaxis(values[..., :2], -1, 0), np.moveaxis(composition, 1, -1))


def effects_frame(effects: MoverEffects) -> pd.DataFrame:
    """Lay out effects as the committed table: a row a sex and area, log units."""
    columns = ["leaning_from", "leaning_to", *(f"{stream}_{name}" for stream in STREAMS for name in CLASSES)]
    leaning = np.moveaxis(effects.leaning, 0, -1)
    composition = np.moveaxis(effects.composition, -1, 1).reshape(*leaning.shape[:2], -1)
    values = np.concatenate([leaning, composition], axis=-1).reshape(-1, len(columns))
    frame = pd.DataFrame(values, columns=columns)
    frame.insert(0, "iso3", list(codes()) * len(SEXES))
    frame.insert(1, "sex", np.repeat(SEXES, len(codes())))
    return frame


def stock_by_sex(panel: Panel) -> Floats:
    """Migrants by sex in the last year of the UN's stock: [sex, birthplace, residence], persons."""
    stock: Floats = panel.array("migrant_stock")[-1]
    return stock


def male_share_of_stock(by_sex: Floats) -> tuple[Floats, Floats]:
    """Share of men in stocks [birthplace, residence] and among all migrants [residence], smoothed where they are few.

    Parameters
    ----------
    by_sex : [sex, birthplace, residence], persons; the diagonal is left out
    """
    abroad = by_sex * (1.0 - np.eye(by_sex.shape[-1]))
    return male_shares(abroad, PAIR_PRIOR, HOST_PRIOR, (abroad[MALE].sum(), abroad.sum()))


def male_share_of_moves(moves: Floats, by_sex: Floats) -> Floats:
    """Share of men in the moves of each corridor: [orig, dest].

    Outward moves are as male as the stock of the origin's natives at the destination, returns as that of the
    destination's natives at the origin, transit moves as all migrants at the origin.

    Parameters
    ----------
    moves : [type, orig, dest], persons
    by_sex : [sex, birthplace, residence], migrants, persons
    """
    of_stock, of_host = male_share_of_stock(by_sex)
    men = moves[OUTWARD] * of_stock + moves[RETURN] * of_stock.T + moves[TRANSIT] * of_host[:, None]
    total = moves.sum(axis=0)
    share: Floats = np.divide(men, total, out=of_stock.copy(), where=total > 0)
    return share


def returning_odds(moves: Floats) -> Floats:
    """Log odds of returners on each corridor before effects: [orig, dest], from its moves [type, orig, dest].

    Half of the transit moves count as returns: people who move on are older than newcomers.
    """
    total = moves.sum(axis=0)
    back = moves[RETURN] + 0.5 * moves[TRANSIT]
    share = np.clip(np.divide(back, total, out=np.full_like(total, 0.5), where=total > 0), *STREAM_BOUNDS)
    odds: Floats = STREAM_TRUST * np.log(share / (1.0 - share))
    return odds


def stream_weights(odds: Floats, leaning: Floats, male_share: Floats) -> Floats:
    """Shares of sexes and streams in the moves of each corridor: [sex, stream, orig, dest].

    Parameters
    ----------
    odds : [orig, dest], log odds of returners before effects
    leaning : [end, sex, area], effects on them
    male_share : [orig, dest]
    """
    returners = 1.0 / (1.0 + np.exp(-(odds + leaning[0][:, :, None] + leaning[1][:, None, :])))
    of_sex = np.stack([1.0 - male_share, male_share])
    return np.ascontiguousarray(of_sex[:, None] * np.stack([1.0 - returners, returners], axis=1))


def movers_of(moves: Floats, by_sex: Floats, population: Floats, effects: MoverEffects) -> Movers:
    """Sexes and ages of movers from the base moves handed in.

    Parameters
    ----------
    moves : [type, orig, dest], base moves of a year, persons
    by_sex : [sex, birthplace, residence], migrants, persons
    population : [area, sex, age], persons
    """
    schedules = mixed_schedules(class_schedules(), effects.shares, population)
    share = male_share_of_moves(moves, by_sex)
    movers = Movers(schedules, stream_weights(returning_odds(moves), effects.leaning, share))
    flows = moves.sum(axis=0)
    return merged(movers, flows, population, few_leave(flows.sum(axis=1)))


def few_leave(leaving: Floats) -> Booleans:
    """Areas from which so few leave that their streams are merged: [area], from their moves [area], persons."""
    order = np.argsort(-leaving, kind="stable")
    before = np.cumsum(leaving[order]) - leaving[order]
    few = np.empty(len(leaving), dtype=bool)
    few[order] = before >= MOVES_IN_STREAMS * leaving.sum()
    return few


def merged(movers: Movers, flows: Floats, population: Floats, areas: Booleans) -> Movers:
    """Let everyone who leaves some areas leave in the first stream, with the ages of all streams together.

    Parameters
    ----------
    flows : [orig, dest], persons
    population : [area, sex, age], persons
    areas : [area], whose streams are merged
    """
    people = population.swapaxes(0, 1)[:, None]
    wanted = np.einsum("od,sjod->sjo", flows, movers.weights)
    share = np.divide(
        wanted, wanted.sum(axis=1, keepdims=True), out=np.full_like(wanted, 0.5), where=wanted.sum(axis=1)[:, None] > 0
    )
    sizes = (movers.schedules * people).sum(axis=-1)
    per_person = np.divide(share, sizes, out=np.zeros_like(sizes), where=sizes > 0)
    schedules, weights = movers.schedules.copy(), movers.weights.copy()
    schedules[:, 0, areas] = (movers.schedules * per_person[..., None]).sum(axis=1)[:, areas]
    weights[:, 0, areas], weights[:, 1:, areas] = movers.weights.sum(axis=1)[:, areas], 0.0
    return Movers(schedules, weights)
