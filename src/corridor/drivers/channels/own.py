"""Effects of the user's own: a table of log effects on leaving, such as those of drought or of the rising sea."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.calendar import BASE_YEAR
from corridor.data.tables.imports import imported
from corridor.drivers.channel import Channel, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corridor.axes import Floats

CHANNEL = Channel(
    name="own",
    title="Effects of your own",
    block="climate direct",
    acts_on=("push",),
    mechanism=(
        f"The push of an origin is push_o = e_o,t - e_o,{BASE_YEAR}. Here e is a table that the user brings "
        "(`corridor data import effects FILE`: iso3, year, log_push). It is linear between its years and constant "
        f"after the last. If it starts after {BASE_YEAR}, it is zero in {BASE_YEAR}. It acts where a scenario sets "
        '`climate.own_effects = "imported"`. Use it for causes of which we have no projection, such as rain and '
        "drought (Hoffmann et al. 2020 find effects as large as those of temperature) or homes that the sea takes. A "
        "log effect of .05 means 5 % more moves out."
    ),
    direction="The user's table decides. A positive number sends more people, and a negative one fewer.",
    limits=(
        "The effect is the same in all draws, so it has no uncertainty of its own. It is always counted under climate."
    ),
    effects=lambda case, _: Part(push=np.zeros(case.shape) + own_push(imported("effects"), case.conditions.years)),
    acts=lambda settings: settings.own_effects == "imported",
)


def own_push(table: pd.DataFrame, years: Sequence[int]) -> Floats:
    """Log effects on outward moves: [year, area], zero in the base year and where the table has no area.

    Parameters
    ----------
    table : the user's: iso3, year, log_push
    years : consecutive calendar years from `BASE_YEAR`
    """
    effects = np.zeros((len(years), len(codes())))
    wanted = np.array([BASE_YEAR, *years], dtype=np.float64)
    for iso3, rows in table.sort_values("year").groupby("iso3"):
        at, value = rows["year"].to_numpy(np.float64), rows["log_push"].to_numpy(np.float64)
        if at[0] > BASE_YEAR:
            at, value = np.append(float(BASE_YEAR), at), np.append(0.0, value)
        path = np.interp(wanted, at, value)
        effects[:, codes().index(str(iso3))] = path[1:] - path[0]
    return effects
