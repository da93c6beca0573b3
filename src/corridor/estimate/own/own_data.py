"""Flows from a user's own stocks: long tables in, long tables out, any names of areas.

A stock is a table with a row for each birthplace and residence; a pair without a row is zero, but nobody is left out:
those who live where they were born are rows too. Births and deaths are tables with a row for each area. Everything is
checked before anything is computed, and every problem is told by the names of the areas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from corridor.axes import OUTWARD, RETURN, TYPES
from corridor.errors import InputError, NotConverged, Problem, spelling
from corridor.estimate.accounts.accounting import System, demographic_account, independence, net_migration
from corridor.estimate.accounts.blend import INDEPENDENCE_WEIGHT, blend
from corridor.estimate.accounts.differencing import stock_differences
from corridor.estimate.accounts.natural_change import Balancing, BirthsMethod, DeathsMethod
from corridor.estimate.accounts.stock_rates import flows_by_stock_shares
from corridor.estimate.own.own_tables import (
    BIRTHS,
    DEATHS,
    END,
    START,
    USUAL_NAMES,
    ColumnNames,
    OwnData,
    notices,
    own_data,
)
from corridor.estimate.tables.ipf import BALANCED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from corridor.axes import Floats
    from corridor.estimate.accounts.accounting import Account

Method: TypeAlias = Literal["minimum", "independence", "blend", "difference-drop", "difference-reverse", "rates"]
ACCOUNTS = ("minimum", "independence", "blend")
"""Methods that need every resident, natives among them, and read births, deaths, system and balancing."""
CHOICES = {
    "method": get_args(Method),
    "system": get_args(System),
    "births_method": get_args(BirthsMethod),
    "deaths_method": get_args(DeathsMethod),
    "balancing": get_args(Balancing),
}
"""Option -> its words."""
UNEXPLAINED_DECIMALS = 6
"""What is smaller is rounding."""


@dataclass(frozen=True, slots=True)
class FlowEstimate:
    """Estimated moves between two dates.

    Attributes
    ----------
    flows : columns orig, dest, type (outward, return, transit), persons; cells in which nobody moves have no row
    net : columns area, arrivals, departures, net, unexplained: the change of population that births, deaths and these
        moves leave unexplained (people from or to outside in an open system; NaN where births and deaths are not read)
    areas : the areas, in the order in which the stock at the start names them
    converged : whether the accounts closed
    notes : what was assumed, and what has to be known
    """

    flows: pd.DataFrame
    net: pd.DataFrame
    areas: tuple[str, ...]
    converged: bool
    notes: tuple[str, ...]

    @property
    def matrix(self) -> pd.DataFrame:
        """All types together: a row an origin, a column a destination, persons."""
        table = np.zeros((len(self.areas), len(self.areas)))
        position = {area: place for place, area in enumerate(self.areas)}
        cells = tuple(self.flows[end].map(position).to_numpy(dtype=np.int64) for end in ("orig", "dest"))
        np.add.at(table, cells, self.flows["persons"].to_numpy())
        return pd.DataFrame(table, pd.Index(self.areas, name="orig"), pd.Index(self.areas, name="dest"))


@dataclass(frozen=True, slots=True)
class _Settings:
    """How an account is made."""

    method: str
    system: System
    births_method: BirthsMethod
    deaths_method: DeathsMethod
    balancing: Balancing
    weight: float
    allow_unconverged: bool

    def problems(self) -> Iterator[Problem]:
        """Name what is no setting."""
        yield from choice_problems({name: str(getattr(self, name)) for name in CHOICES})
        if not 0 <= self.weight <= 1:
            yield Problem("the weight is not between 0 and 1", "Use 0.13", column="weight", value=self.weight)


def choice_problems(words: Mapping[str, str]) -> Iterator[Problem]:
    """Name the words that are none of the `CHOICES` of their option."""
    for option, word in words.items():
        known = CHOICES[option]
        if word not in known:
            fault = f"{option} is not one of {', '.join(known)}"
            yield Problem(fault, spelling(word, known), column=option, value=word)


def flows_from_stocks(
    start: pd.DataFrame,
    end: pd.DataFrame,
    *,
    births: pd.DataFrame | None = None,
    deaths: pd.DataFrame | None = None,
    method: Method = "minimum",
    system: System = "closed",
    births_method: BirthsMethod = "native",
    deaths_method: DeathsMethod = "proportion",
    balancing: Balancing = "none",
    weight: float = INDEPENDENCE_WEIGHT,
    total: float | None = None,
    columns: ColumnNames = USUAL_NAMES,
    allow_unconverged: bool = False,
) -> FlowEstimate:
    """Estimate who moved between two dates from the stocks at both and the births and deaths between.

    Parameters
    ----------
    start, end : birthplace, residence, persons: a row a pair, zero where there is none
    births, deaths : area, persons, over the period; both or neither (None: nobody was born and nobody died)
    method : demographic accounts ("minimum": as many as possible stay; "independence": destinations do not depend on
        origins; "blend": both, mixed by `weight`), differences of stocks without births and deaths ("difference-drop":
        what stocks gained; "difference-reverse": and what they lost, as returns), or a total spread like the stock at
        the start ("rates")
    system, births_method, deaths_method, balancing : of accounts, as in `accounting.adjusted_stocks`; "none" refuses
        totals that do not agree, and says by how much
    weight : share of independence in a blend
    total : all moves, for "rates"; None takes the sum of absolute net migration, which needs births and deaths
    columns : what the columns are called
    allow_unconverged : return what the last sweep left, with a note, instead of raising

    Raises
    ------
    InputError
        With everything that is wrong with the tables, or with what the method cannot do with them.
    NotConverged
        If the stocks could not be scaled to equal totals by birthplace; names the birthplaces.
    """
    settings = _Settings(method, system, births_method, deaths_method, balancing, weight, allow_unconverged)
    needs_net = method == "rates" and total is None
    problems = [*settings.problems(), *_total_problems(total, births, needed=needs_net)]
    tables = {START: start, END: end, BIRTHS: births, DEATHS: deaths}
    try:
        data = own_data(tables, columns, everyone=method in ACCOUNTS or needs_net)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return _by_account(data, settings) if method in ACCOUNTS else _without_account(data, method, total)


def _total_problems(total: float | None, births: pd.DataFrame | None, *, needed: bool) -> Iterator[Problem]:
    if needed and births is None:
        remedy = "Give total, or births and deaths, from which the sum of absolute net migration follows"
        yield Problem("the rates have no total of moves to spread", remedy, column="total")
    if total is not None and not 0 <= total < np.inf:
        yield Problem("the total of moves is negative or not finite", "Correct it", column="total", value=total)


def _by_account(data: OwnData, settings: _Settings) -> FlowEstimate:
    if settings.system == "closed" and settings.balancing == "none":
        _require_agreement(data)
    try:
        account = demographic_account(
            data.start,
            data.end,
            data.births,
            data.deaths,
            stayers="independence" if settings.method == "independence" else "minimum",
            system=settings.system,
            births_method=settings.births_method,
            deaths_method=settings.deaths_method,
            balancing=settings.balancing,
            allow_unconverged=settings.allow_unconverged,
        )
    except InputError as error:
        raise InputError([_named(problem, data.areas) for problem in error.problems]) from error
    except NotConverged as error:
        raise NotConverged(_with_names(str(error), data.areas)) from error
    flows = account.flows
    if settings.method == "blend":
        flows = blend(flows, independence(account.adjusted), settings.weight)
    unexplained = data.net - net_migration(flows.sum(axis=0))
    return _estimate(data, flows, unexplained, account.converged, _notes(data, settings, account))


def _require_agreement(data: OwnData) -> None:
    """Refuse a closed world whose change of population is not births minus deaths.

    Raises
    ------
    InputError
        Says by how much they differ and what balancing would do.
    """
    gap = -float(data.net.sum())
    if abs(gap) <= BALANCED * float(data.end.sum()):
        return
    found = ", ".join(
        f"{name} {array.sum():.10g}"
        for name, array in ((START, data.start), (END, data.end), (BIRTHS, data.births), (DEATHS, data.deaths))
    )
    before, after = (_change(stock, half) for stock, half in ((data.start, -gap / 2), (data.end, gap / 2)))
    words = "exceed it by" if gap > 0 else "fall short of it by"
    fault = f"births minus deaths are not the change of population, as in a closed world; they {words} {abs(gap):.10g}"
    remedy = (
        f"Correct the tables; or choose balancing before, which changes the native-born at the start by {before} "
        f"and at the end by {after}; or an open system"
    )
    raise InputError(Problem(fault, remedy, column="totals", value=found))


def _change(stock: Floats, people: float) -> str:
    natives = float(np.trace(stock))
    return f"{people:+.6g} ({people / natives:+.2%})" if natives else f"{people:+.6g} (of none)"


def _without_account(data: OwnData, method: str, total: float | None) -> FlowEstimate:
    """Estimate by a method that is no account of births and deaths."""
    flows = np.zeros((len(TYPES), *data.start.shape))
    if method == "rates":
        flows[OUTWARD] = flows_by_stock_shares(data.start, float(np.abs(data.net).sum()) if total is None else total)
    else:
        flows[OUTWARD] = stock_differences(data.start, data.end, decreases="drop")
    if method == "difference-reverse":
        flows[RETURN] = stock_differences(data.start, data.end, decreases="reverse") - flows[OUTWARD]
    unexplained = np.full(len(data.areas), np.nan)
    notes = ["Births, deaths and onward moves are left out of the moves by birthplace."]
    return _estimate(data, flows, unexplained, converged=True, notes=notes)


def _estimate(data: OwnData, flows: Floats, unexplained: Floats, converged: bool, notes: Iterable[str]) -> FlowEstimate:
    orig, dest, kind = np.nonzero(np.moveaxis(flows, 0, -1) > 0)
    names = np.array(data.areas, dtype=object)
    rows = {
        "orig": names[orig],
        "dest": names[dest],
        "type": np.array(TYPES, dtype=object)[kind],
        "persons": flows[kind, orig, dest],
    }
    moves = flows.sum(axis=0)
    arrivals, departures = moves.sum(axis=0), moves.sum(axis=1)
    sums = {
        "area": names,
        "arrivals": arrivals,
        "departures": departures,
        "net": arrivals - departures,
        "unexplained": unexplained.round(UNEXPLAINED_DECIMALS) + 0.0,  # no minus before nothing
    }
    told = (*data.notes, *notes, *notices(data))
    return FlowEstimate(pd.DataFrame(rows), pd.DataFrame(sums), data.areas, converged, told)


def _notes(data: OwnData, settings: _Settings, account: Account) -> Iterator[str]:
    """Say what was assumed and what did not go to the end."""
    if not data.events_given:
        yield "No births and deaths were given: nobody was born and nobody died."
    half = -float(data.net.sum()) / 2
    if settings.system == "closed" and abs(half) > BALANCED * float(data.end.sum()):
        yield f"Balanced: the native-born were changed by {-half:+.6g} at the start and by {half:+.6g} at the end."
    if settings.system == "open":
        came, went = account.adjusted.arrivals.sum(), account.adjusted.departures.sum()
        yield f"{came:,.0f} people came from outside and {went:,.0f} went there."
    for moment, fit in ((START, account.adjusted.start_fit), (END, account.adjusted.end_fit)):
        for words, rows in (("is ruled out by zeros for", "unreachable"), ("is not met by", "unsettled")):
            named = [] if fit is None else [data.areas[row] for row in getattr(fit, rows)]
            if named:
                yield f"Stock at the {moment}: the total by birthplace {words} {', '.join(named)}."


_POSITIONS = re.compile(r"\b(birthplace|residence) (\d+(?:, \d+)*)")
"""How the kernels call areas, which they know by position only."""


def _with_names(text: str, areas: Sequence[str]) -> str:
    """Put the names of areas in the place of their positions."""

    def named(match: re.Match[str]) -> str:
        """Return a match with names in place of positions."""
        return f"{match[1]} {', '.join(areas[int(position)] for position in match[2].split(', '))}"

    return _POSITIONS.sub(named, text)


def _named(problem: Problem, areas: Sequence[str]) -> Problem:
    return problem if problem.column is None else replace(problem, column=_with_names(problem.column, areas))
