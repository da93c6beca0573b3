"""Slow-onset change of the climate and emigration: the direct channel, through the meta-regression of Hoffmann et al.

    push = beta sigma (z(t) - z(base year)),   z = dT / interannual standard deviation, at most 3

beta is the effect of one standard deviation of environmental change on migration in standard deviations (Hoffmann,
Dimitrova, Muttarak, Crespo Cuaresma & Peisker 2020, *Nature Climate Change* 10: 904-912, prediction model S15); sigma
turns that into log emigration. The order of size is small: .03 x .5 x 3 is 4.5 %.

The model's income groups and conflicts are decades old, so today's stand in their place, by rules of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor import areas
from corridor.calendar import BASE_YEAR
from corridor.data.rules.warming_surface import temperatures
from corridor.drivers.channel import Channel, Part
from corridor.drivers.parameters import Fixed, Normal, Parameter

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel
    from corridor.drivers.parameters import Draws
    from corridor.drivers.sign_facts import SignFacts

INCOME_SCENARIO = "SSP2"
LOWER_MIDDLE, UPPER_MIDDLE, HIGH = 2_750.0, 9_000.0, 29_000.0
"""Income per head of 2025 from which an area is in the group, dollars of table `income` (J).

No list of groups is in the panel; these rounded thresholds agree best with the World Bank's, in 81 % of 178 countries.
"""
FARM_WORKERS = 25.0
"""Percent of workers in agriculture, mean of women and men, from which a low-income area is agricultural (J).

Every agricultural member of CICA in the model's own data is of low income: its two terms, -.097 and +.130, belong
together, and nothing was fitted to the sum of middle income and agriculture, .16 to .19.
"""
CONFLICT_YEARS = (2019, 2023)
CONFLICT_MOVES = 1.0
"""New displacements by conflict inside an area for 1,000 people and year from which it is in conflict (J)."""
VARIABILITY_YEARS = (1970, 2020)
LARGEST_ANOMALY = 3.0
"""No z is larger: the studies hold no larger changes (J)."""
WORKERS = ("SL.AGR.EMPL.FE.ZS", "SL.AGR.EMPL.MA.ZS")

_HOFFMANN = "Hoffmann et al. 2020, Nature Climate Change 10: 904-912, supplementary table 15"


def _coefficient(name: str, title: str, meaning: str, value: float, error: float) -> Parameter:
    title = f"Slow onset: {title}"
    return Parameter(f"slow_onset.{name}", meaning, "1", Normal(value, error), "F", _HOFFMANN, title)


def _reasons(facts: SignFacts) -> list[str]:
    data: SlowOnsetData = facts.case.known("slow_onset")
    groups = data.low_income, data.lower_middle, data.upper_middle
    draws = facts.case.values(facts.settings)
    beta = hoffmann_beta(*groups, data.agricultural, data.conflict, draws=draws)[0]
    anomaly = np.minimum(facts.case.warming(facts.settings)[0, [0, -1]] / data.variability, LARGEST_ANOMALY)
    kinds = np.select(groups, ("low income", "lower middle income", "upper middle income"), "high income")
    texts = []
    for at, kind in enumerate(kinds):
        words = ", ".join([str(kind), *(name for name in ("agricultural", "conflict") if getattr(data, name)[at])])
        held = ", held at 0: none more leave" if beta[at] <= 0 else ": more leave"
        first, last = anomaly[:, at]
        texts.append(
            f"{words}; warming from {first:.1f} to {last:.1f} standard deviations of its years, "
            f"each {100 * beta[at] * facts.value('slow_onset.sigma'):+.1f} %{held}"
        )
    return texts


CHANNEL = Channel(
    name="slow_onset",
    title="Slow change of the climate",
    block="climate direct",
    acts_on=("push",),
    mechanism=(
        "The log of an area's emigration changes by beta sigma (z_t - z_0). Here z is the area's warming divided by "
        "the standard deviation of its temperature from year to year; it is at most 3. The coefficient is beta = "
        ".010 - .097 low income + .016 lower middle + .046 upper middle + .130 agricultural - .022 conflict. It is "
        "not below 0 unless the immobility switch is on. Agricultural areas are low-income areas where at least a "
        "quarter of workers work on farms."
    ),
    direction=(
        "Emigration rises with warming in middle-income and in poor agricultural areas. Elsewhere it hardly changes. "
        "With the immobility switch it falls in poor areas without much agriculture, because people cannot pay."
    ),
    limits=(
        "The channel uses mean temperature only. The studies describe the past. Income, agriculture and conflict "
        "stay as they are today. Where the temperature varies little, z reaches its limit within decades. "
        "Coefficients are drawn independently of each other. Where a coefficient is near zero, the floor keeps only "
        "its positive draws."
    ),
    parameters=(
        _coefficient(
            "constant", "all areas", "Effect in a high-income area without agriculture or conflict.", 0.010, 0.015
        ),
        _coefficient("low_income", "low income, added", "Addition for low income.", -0.097, 0.011),
        _coefficient("lower_middle", "lower middle income, added", "Addition for lower middle income.", 0.016, 0.005),
        _coefficient("upper_middle", "upper middle income, added", "Addition for upper middle income.", 0.046, 0.007),
        _coefficient("agricultural", "agriculture, added", "Addition for dependence on agriculture.", 0.130, 0.013),
        _coefficient("conflict", "conflict, added", "Addition for conflict.", -0.022, 0.007),
        Parameter(
            "slow_onset.sigma",
            "Standard deviation of log emigration within a corridor. It translates one standard deviation of "
            "migration in the studies.",
            "1",
            Normal(0.5, 0.1, 0.0, 1.0),
            "J",
            "Our judgement. It lies above .22, the median of our past moves 1990-2024 from period to period for the "
            "log emigration rates of areas, because these come from a model and are smooth. It lies above .39, that "
            "of corridors in inflows to OECD countries.",
            title="Slow onset: spread of emigration",
        ),
        Parameter(
            "slow_onset.immobility",
            "This is a switch: 1 lets warming lower emigration where beta is negative, and 0 keeps beta at 0 there.",
            "1",
            Fixed(0.0),
            "J",
            "Our judgement. The income channel already contains the barriers that keep poor people from moving.",
            title="Slow onset: may emigration fall",
        ),
    ),
    effects=lambda case, settings: Part(
        push=slow_onset_push(case.known("slow_onset"), case.warming(settings), case.values(settings))
    ),
    load=lambda panel, *_: load_slow_onset(panel),
    acts=lambda settings: settings.demand == "corridor",
    warms=True,
    flows=("natives out",),
    reasons=_reasons,
)


@dataclass(frozen=True, slots=True)
class SlowOnsetData:
    """What the channel needs to know of areas today: all [area].

    Attributes
    ----------
    low_income, lower_middle, upper_middle : income groups; high where none of them
    agricultural, conflict : whether it is poor and depends on agriculture, whether it is in conflict
    variability : standard deviation of annual temperature about its trend, K
    """

    low_income: Booleans
    lower_middle: Booleans
    upper_middle: Booleans
    agricultural: Booleans
    conflict: Booleans
    variability: Floats


def load_slow_onset(panel: Panel) -> SlowOnsetData:
    """Return today's groups and variability of all areas, from the panel."""
    low, lower_middle, upper_middle = income_groups(_income(panel))
    agricultural = low & (_farm_workers(panel) >= FARM_WORKERS)
    return SlowOnsetData(low, lower_middle, upper_middle, agricultural, _in_conflict(panel), variability(panel))


def hoffmann_beta(
    low: Floats | Booleans,
    lower_middle: Floats | Booleans,
    upper_middle: Floats | Booleans,
    agricultural: Floats | Booleans,
    conflict: Floats | Booleans,
    *,
    draws: Draws,
) -> Floats:
    """Return the effect of one standard deviation of environmental change, S15: [draw, area], standard deviations.

    Parameters
    ----------
    low, lower_middle, upper_middle, agricultural, conflict : 1 where an area is so, else 0: [area]
    draws : the parameters of `CHANNEL`
    """
    terms = {
        "low_income": low,
        "lower_middle": lower_middle,
        "upper_middle": upper_middle,
        "agricultural": agricultural,
        "conflict": conflict,
    }
    beta = draws["slow_onset.constant"][:, None] + np.zeros(np.shape(low))
    for name, holds in terms.items():
        beta = beta + draws[f"slow_onset.{name}"][:, None] * np.asarray(holds, dtype=np.float64)
    return beta


def slow_onset_push(data: SlowOnsetData, warming: Floats, draws: Draws) -> Floats:
    """Return log effects on emigration, exactly zero in the first year: [draw, year, area].

    Parameters
    ----------
    warming : [draw, year, area], K above the mean of 2011-2020, from the base year on
    draws : the parameters of `CHANNEL`
    """
    groups = (data.low_income, data.lower_middle, data.upper_middle)
    beta = hoffmann_beta(*groups, data.agricultural, data.conflict, draws=draws)
    beta = np.where(draws["slow_onset.immobility"][:, None] > 0.0, beta, np.maximum(beta, 0.0))
    anomaly = np.minimum(warming / data.variability, LARGEST_ANOMALY)
    size = beta * draws["slow_onset.sigma"][:, None]
    return np.asarray(size[:, None, :] * (anomaly - anomaly[:, :1]))


def income_groups(income: Floats) -> tuple[Booleans, Booleans, Booleans]:
    """Return whether areas have low, lower middle or upper middle income: each [area]."""
    return (
        income < LOWER_MIDDLE,
        (income >= LOWER_MIDDLE) & (income < UPPER_MIDDLE),
        ((income >= UPPER_MIDDLE) & (income < HIGH)),
    )


def _income(panel: Panel) -> Floats:
    """Return income per head in the base year: [area], dollars."""
    scenario = panel.coordinates("income", "scenario").index(INCOME_SCENARIO)
    year = panel.coordinates("income", "year").index(BASE_YEAR)
    income: Floats = panel.array("income")[scenario, year]
    return income


def _farm_workers(panel: Panel) -> Floats:
    """Return the latest share of workers in agriculture, 0 where nothing is published: [area], percent."""
    rows = panel.frame("wdi").sort_values("year")
    shares = [
        rows[rows["indicator"] == sex].groupby("area")["value"].last().reindex(list(areas.codes())) for sex in WORKERS
    ]
    return ((shares[0] + shares[1]) / 2.0).fillna(0.0).to_numpy(dtype=np.float64)


def _in_conflict(panel: Panel) -> Booleans:
    """Return whether conflict lately displaced more than `CONFLICT_MOVES` inside the area: [area]."""
    first, last = CONFLICT_YEARS
    rows = panel.frame("internal_displacement")
    rows = rows[(rows["cause"] == "conflict") & rows["year"].between(first, last)]
    moves = rows.groupby("area")["persons"].sum().reindex(list(areas.codes())).fillna(0.0).to_numpy(dtype=np.float64)
    start = panel.coordinates("population_july", "year").index(first)
    lived = panel.array("population_july")[start : start + last - first + 1].sum(axis=(0, 2, 3))
    found: Booleans = 1000.0 * moves > CONFLICT_MOVES * lived
    return found


def variability(panel: Panel) -> Floats:
    """Return the standard deviation of annual temperature about its linear trend, 1970-2020: [area], K."""
    temperature = temperatures(panel, VARIABILITY_YEARS)
    since = np.arange(len(temperature)) - 0.5 * (len(temperature) - 1)
    apart = temperature - temperature.mean(axis=0)
    apart = apart - np.outer(since, since @ apart / (since @ since))
    spread: Floats = np.sqrt((apart**2).sum(axis=0) / (len(temperature) - 2))
    return spread
