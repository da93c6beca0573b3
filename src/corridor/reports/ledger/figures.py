"""What a ledger says in numbers: its figures, for both sides alike, with baseline, scenario, difference and ranges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from corridor.axes import FEMALE, MALE
from corridor.calendar import BASE_YEAR, STOCK_REVISION, WPP
from corridor.drivers.channels.ageing import WORKING_AGES
from corridor.figures.wording import MISSING
from corridor.reports.request import RANGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corridor.analysis.ledger import Corridors, Ledger, SideAccount
    from corridor.analysis.safety import Exposure
    from corridor.axes import Floats
    from corridor.projection.gate import Split

    Pair: TypeAlias = tuple[Floats, Floats]
    """Baseline and scenario, each [draw, side]."""

MOVES = "Moves between the two"
AGES_OF_MOVERS = "Ages of those who leave for the other side"
DEMAND = "Legal, irregular and unmet"
SAFETY = "Smuggling and safety"
PEOPLE = "People of both"
MONEY = "Money between the two"
OLD = 65
AGE_SPANS = ((0, 20), (20, 40), (40, 65), (65, 101))
"""Ages of the table of movers: from, up to."""
AGE_NAMES = ("under 20", "20 to 39", "40 to 64", "65 and over")
SEX_NAMES = ("Women", "Men")
ENGINE = f"Corridor's engine on UN {WPP} and migrant stock {STOCK_REVISION}"
GATE = "Corridor's gate, with priors (docs/explanation/pathways.md) and the figures that levers state"
UNODC = "UNODC 2018 for the price of 2016; the share of irregular migrants who pay is our judgement"
IOM = "IOM Missing Migrants, divided by detections where a route has both; a stated prior elsewhere"
NO_ROUTE = "a stated prior, because no route here has counts of deaths and detections"
NO_LEVER = "no lever"
BANK = (
    "World Bank totals by receiving area, divided among people abroad by the income of their residence; today no "
    "corridor is above the total that its residence publishes as paid"
)


class Amount(NamedTuple):
    """A value and its range, not a number where there is none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LedgerFigure:
    """One figure for both sides.

    Attributes
    ----------
    section : of the page, such as `MOVES`
    name : what is counted, seen from a side
    kind : how it is worded: persons, deaths, dollars, share, ratio
    unit, period, source, status : of the figure; see `corridor.drivers.parameters.STATUSES`
    cases : baseline and scenario, each [draw, side]; not a number where a side has none
    medians : baseline and scenario at the medians, each [1, side], where `cases` holds draws
    stated : whether the first axis of `cases` holds the ends of a stated range around the middle, and no draws
    absent : what stands where there is no figure
    """

    section: str
    name: str
    kind: str
    unit: str
    period: str
    source: str
    status: str
    cases: Pair
    stated: bool = False
    absent: str = MISSING
    medians: Pair | None = None

    @property
    def middle(self) -> Pair:
        """The values that are stated, baseline and scenario, each [1, side]: at the medians."""
        if self.medians is not None:
            return self.medians
        baseline, scenario = self.cases
        at = slice(len(baseline) // 2, len(baseline) // 2 + 1)
        return baseline[at], scenario[at]

    def amounts(self, side: int) -> tuple[Amount, Amount, Amount]:
        """Baseline, scenario and difference of a side."""
        return self._amounts(*(values[:, side] for values in (*self.cases, *self.middle)))

    def both(self) -> tuple[Amount, Amount, Amount]:
        """Baseline, scenario and difference of the sum of both sides, of those that have figures."""
        return self._amounts(*map(_sum_of_known, (*self.cases, *self.middle)))

    def _amounts(
        self, baseline: Floats, scenario: Floats, middle: Floats, changed: Floats
    ) -> tuple[Amount, Amount, Amount]:
        return (
            self._amount(baseline, middle[0]),
            self._amount(scenario, changed[0]),
            self._amount(scenario - baseline, changed[0] - middle[0]),
        )

    def _amount(self, values: Floats, middle: float) -> Amount:
        if self.stated:
            return Amount(float(middle), float(values.min()), float(values.max()))
        return amount(values, middle)


def amount(values: Floats, middle: float) -> Amount:
    """The value at the medians and the range of 80 % of draws; no range of a single run."""
    if len(values) == 1:
        return Amount(float(middle), np.nan, np.nan)
    low, high = np.quantile(values, RANGE)
    return Amount(float(middle), float(low), float(high))


def _sum_of_known(values: Floats) -> Floats:
    known = ~np.isnan(values).all(axis=0)
    total: Floats = values[:, known].sum(axis=1) if known.any() else np.full(len(values), np.nan)
    return total


def figures_of(ledger: Ledger) -> list[LedgerFigure]:
    """All figures, by section: values at the medians, ranges of draws where there are any."""
    found = _figures(ledger)
    if ledger.central is None:
        return found
    stated = {(each.section, each.name): each.middle for each in _figures(ledger.central)}
    nothing = (np.zeros((1, 2)), np.zeros((1, 2)))
    return [replace(each, medians=stated.get((each.section, each.name), nothing)) for each in found]


def _figures(ledger: Ledger) -> list[LedgerFigure]:
    return [
        *_moves(ledger),
        *(_movers(ledger, sex, span) for sex in (FEMALE, MALE) for span in range(len(AGE_SPANS))),
        *_demand(ledger),
        *_safety(ledger),
        *_people(ledger),
        *_money(ledger),
        *_fees(ledger),
    ]


def _both(ledger: Ledger, measure: Callable[[SideAccount], Floats]) -> Pair:
    return measure(ledger.baseline), measure(ledger.scenario)


def _moves(ledger: Ledger) -> Iterator[LedgerFigure]:
    year = str(ledger.years[-1])
    come = _both(ledger, lambda account: account.moves[:, -1, ::-1])
    leave = _both(ledger, lambda account: account.moves[:, -1])
    for name, cases in (("Come from the other side", come), ("Leave for the other side", leave)):
        yield LedgerFigure(MOVES, name, "persons", "persons a year", year, ENGINE, "C", cases)


def _movers(ledger: Ledger, sex: int, span: int) -> LedgerFigure:
    """People of a sex and a span of ages who leave a side for the other in the last year."""
    ages, year = slice(*AGE_SPANS[span]), str(ledger.years[-1])
    cases = _both(ledger, lambda account: account.movers[..., sex, ages].sum(axis=-1))
    name = f"{SEX_NAMES[sex]}, {AGE_NAMES[span]}"
    return LedgerFigure(AGES_OF_MOVERS, name, "persons", "persons a year", year, ENGINE, "C", cases)


def _demand(ledger: Ledger) -> Iterator[LedgerFigure]:
    """What becomes of the demand of those who would leave a side for the other, in corridors with levers."""
    corridors, baseline, scenario = ledger.corridors, ledger.baseline.split, ledger.scenario.split
    if corridors is None or baseline is None or scenario is None:
        return

    def both(measure: Callable[[Split], Floats]) -> Pair:
        """Return a measure of demand by side of the corridors, in the baseline and in the scenario."""
        return _by_side(corridors, measure(baseline)), _by_side(corridors, measure(scenario))

    year, span = str(ledger.years[-1]), later_years(ledger)
    demand, unmet = both(lambda split: split.demand[:, -1]), both(lambda split: split.unmet[:, -1])
    legal, irregular = both(lambda split: split.legal[:, -1]), both(lambda split: split.irregular[:, -1])
    shares = _share(legal[0], irregular[0]), _share(legal[1], irregular[1])
    irregular_in_all = both(lambda split: split.irregular[:, 1:].sum(axis=1))
    unmet_in_all = both(lambda split: split.unmet[:, 1:].sum(axis=1))
    for name, kind, unit, period, cases in (
        ("Would leave for the other side", "persons", "persons a year", year, demand),
        ("Leave legally", "persons", "persons a year", year, legal),
        ("Leave irregularly", "persons", "persons a year", year, irregular),
        ("Would leave and do not: unmet", "persons", "persons a year", year, unmet),
        ("Legal share of those who leave", "share", "share of moves", year, shares),
        ("Irregular moves in all", "persons", "persons", span, irregular_in_all),
        ("Unmet in all", "persons", "persons", span, unmet_in_all),
    ):
        yield replace(LedgerFigure(DEMAND, name, kind, unit, period, GATE, "J", cases), absent=NO_LEVER)


def _by_side(corridors: Corridors, values: Floats) -> Floats:
    """Sum corridors by the side that people leave: [draw, side], not a number where it has no corridor."""
    there = np.array([(corridors.direction == way).any() for way in (0, 1)])
    return np.where(there, corridors.sums(values), np.nan)


def _share(part: Floats, rest: Floats) -> Floats:
    return _over(part, part + rest)


def _over(part: Floats, whole: Floats) -> Floats:
    """Ratio of two, not a number where the second is not positive."""
    ratio: Floats = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0.0)
    return ratio


def _safety(ledger: Ledger) -> Iterator[LedgerFigure]:
    """What the irregular moves of those who leave a side expose them to."""
    corridors, exposures = ledger.corridors, ledger.exposures
    if corridors is None or exposures is None:
        return

    def both(measure: Callable[[Exposure], Floats]) -> Pair:
        """Return a measure of exposure by side of the corridors, in the baseline and in the scenario."""
        return _by_side(corridors, measure(exposures[0])), _by_side(corridors, measure(exposures[1]))

    stated, year, span = len(ledger.baseline.moves) == 1, str(ledger.years[-1]), later_years(ledger)
    revenue = both(lambda each: each.revenue[:, -1]), both(lambda each: each.revenue[:, 1:].sum(axis=1))
    deaths = both(lambda each: each.deaths[:, -1]), both(lambda each: each.deaths[:, 1:].sum(axis=1))
    of_routes = "C, J" if corridors.risk.counted.any() else "J"
    for name, kind, unit, source, status, (of_year, in_all) in (
        ("Revenue of smugglers", "dollars", "US dollars of 2016", UNODC, "C, J", revenue),
        ("Expected deaths", "deaths", "persons", IOM if corridors.risk.counted.any() else NO_ROUTE, of_routes, deaths),
    ):
        for end, per, period, cases in (("", " a year", year, of_year), (" in all", "", span, in_all)):
            found = LedgerFigure(SAFETY, f"{name}{end}", kind, f"{unit}{per}", period, source, status, cases)
            yield replace(found, stated=stated, absent=NO_LEVER)


def _people(ledger: Ledger) -> Iterator[LedgerFigure]:
    date = f"end of {ledger.years[-1]}"
    for name, kind, unit, measure in (
        ("Born here, living on the other side", "persons", "persons", abroad),
        ("Population", "persons", "persons", population),
        ("Of working age, 20-64", "persons", "persons", working_age),
        ("Support ratio: aged 20-64 for each 65+", "ratio", "ratio", support_ratio),
        ("Dependency: others for 100 aged 20-64", "ratio", "ratio", dependency),
    ):
        yield LedgerFigure(PEOPLE, name, kind, unit, date, ENGINE, "C", _both(ledger, measure))


def _fees(ledger: Ledger) -> Iterator[LedgerFigure]:
    """Fees of pathways, where one between the sides asks one."""
    corridors, splits = ledger.corridors, (ledger.baseline.split, ledger.scenario.split)
    if corridors is None or splits[0] is None or splits[1] is None or not splits[1].fees.any():
        return
    year, unit = str(ledger.years[-1]), "US dollars a year"
    paid = tuple(_by_side(corridors, split.fees[:, -1]) for split in splits if split is not None)
    for name, cases in (
        ("Fees received for legal ways", (paid[0][:, ::-1], paid[1][:, ::-1])),
        ("Fees paid for legal ways", (paid[0], paid[1])),
    ):
        yield replace(LedgerFigure(MONEY, name, "dollars", unit, year, GATE, "J", cases), absent=NO_LEVER)


def _money(ledger: Ledger) -> Iterator[LedgerFigure]:
    year, unit = str(ledger.years[-1]), "US dollars a year, prices of the last total"
    received = _both(ledger, lambda account: account.received)
    paid = _both(ledger, lambda account: account.received[:, ::-1])
    for name, cases in (("Received from the other side", received), ("Paid to the other side", paid)):
        yield LedgerFigure(MONEY, name, "dollars", unit, year, BANK, "C, J", cases)


def abroad(account: SideAccount) -> Floats:
    """People born on a side who live on the other: [draw, side], persons."""
    return account.abroad


def population(account: SideAccount) -> Floats:
    """Everyone: [draw, side], persons."""
    return np.asarray(account.people.sum(axis=(-2, -1)))


def working_age(account: SideAccount) -> Floats:
    """People aged 20 to 64: [draw, side], persons."""
    first, last = WORKING_AGES
    return np.asarray(account.people[..., first : last + 1].sum(axis=(-2, -1)))


def support_ratio(account: SideAccount) -> Floats:
    """People aged 20 to 64 for each aged 65 and over: [draw, side]."""
    old = account.people[..., OLD:].sum(axis=(-2, -1))
    return _over(working_age(account), old)


def dependency(account: SideAccount) -> Floats:
    """People younger than 20 or older than 64 for 100 aged 20 to 64: [draw, side]."""
    working = working_age(account)
    others = population(account) - working
    return 100.0 * _over(others, working)


def later_years(ledger: Ledger) -> str:
    """Name the years after the base year."""
    first, last = BASE_YEAR + 1, ledger.years[-1]
    return str(last) if first == last else f"{first}\N{EN DASH}{last}"
