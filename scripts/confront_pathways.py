"""Hold the policy gate against records of borders, visas and asylum; writes `docs/results/pathways-validation.md`.

    python scripts/confront_pathways.py SOURCES docs/results/pathways-validation.md

SOURCES is a folder with policy/, displacement/ and flows_reported/ as published, which Corridor does not ship. Takes
a minute. The page holds statistics only.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from page_tables import publish

from corridor.backtest.pathway_evidence import (
    ELASTICITY,
    IRREGULAR,
    LAWFUL_YEARS,
    LEAST_BILATERAL,
    LEAST_DECISIONS,
    LEAST_DETECTED,
    LEAST_FLOW,
    LEAST_MONTHLY,
    LEAST_YEARLY,
    MOST_CHANGED,
    OPENINGS,
    PERIOD_NAMES,
    PRIORS,
    RATE_YEARS,
    REDIRECTED,
    REQUIREMENT,
    SCHENGEN,
    SET_NAMES,
    SETS,
    UNMET,
    find,
)
from corridor.backtest.pathway_validation import ClaimInterval, percent, verdict, visa_change
from corridor.drivers.levers import RESTRICTION_YEARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.backtest.pathway_evidence import Findings, VisaStudy

WIDTH = 120
NEXT_PERIOD = range(2, 8)
"""Years since a change in the five-year period after that of the change, all together."""


class Claim(NamedTuple):
    """A row of the summary."""

    claim: str
    published: str
    gate: str
    data: str
    verdict: str


def main() -> None:
    """Write the page and its CSV, or print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("page", type=Path, nargs="?")
    chosen = parser.parse_args()
    publish(page(find(chosen.sources)), chosen.page)


OPENING_WORDS = """# The gate compared with records

Written by one command: `python scripts/confront_pathways.py SOURCES docs/results/pathways-validation.md`, with
`corridor.backtest.pathway_validation`; a test compares the page with the results. [Legal
pathways](../explanation/pathways.md) shows the published experiments that the gate reproduces. This page compares the
gate with records that were not used to make it: encounters at the southwest border of the United States (CBP, October
2019 to May 2025), detections at the borders of the European Union (Frontex, 2009 to 2024), visas (DEMIG VISA to 2013,
Passport Index from 2020), inflows that OECD countries report (2000 to 2013), decisions on asylum (UNHCR) and
applications (Eurostat).

**None of these records is an experiment.** Routes open together with expulsions, visas are removed where relations are
good, and refusals fall where wars begin. A difference between nationalities shows an outcome, not the effect of a
policy. Encounters and detections count attempts that were discovered, not people and not moves. Dates and sizes that
are not in these sources are recalled and marked R. Intervals are of 95 %, by bootstrap over nationalities and blocks of
months.

One rule gives all verdicts. *Contradicts* means that the interval does not meet the claimed range. *Cannot tell* means
that the interval contains the near end of the range and its mirror image, so the opposite claim would fit as well.
*Agrees* means that the estimate lies in the range and zero lies outside the interval. *Does not contradict* covers all
other cases and is not support.
"""


def _percent(change: ClaimInterval) -> str:
    """Write a log change as per cent with its interval."""
    return "{:+.0f} % ({:+.0f} to {:+.0f})".format(*percent(change))


def _plain(found: ClaimInterval, digits: int = 2) -> str:
    estimate, lower, upper = (f"{value:+.{digits}f}" for value in found)
    return f"{estimate} ({lower} to {upper})"


def _one(change: float) -> str:
    return f"{100.0 * np.expm1(change):+.0f} %"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(found: Findings) -> str:
    """Return the page, its prose filled to the width of the other pages."""
    text = "\n".join(
        [
            OPENING_WORDS,
            summary(found),
            border_section(found),
            visa_section(found),
            refusal_section(found),
            END,
        ]
    )
    return "\n\n".join(_filled(block) for block in text.strip().split("\n\n")) + "\n"


def _filled(block: str) -> str:
    """Fill a paragraph or the items of a list; tables and headings stay."""
    if block.lstrip()[0] in "|#":
        return block.strip()
    lead = "- " if block.startswith("- ") else ""
    items = block.removeprefix(lead).split("\n- ") if lead else [block]
    return "\n".join(
        fill(
            " ".join(item.split()),
            WIDTH,
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        )
        for item in items
    )


def claims(found: Findings) -> list[Claim]:
    """Return the rows of the summary."""
    return [*_border_claims(found), *_visa_claims(found), *_refusal_claims(found), *_untested()]


def _border_claims(found: Findings) -> list[Claim]:
    clemens = found.lawful[10]
    rows = [
        Claim(
            "lawful crossings +10 %, irregular ones after ten months",
            "-3 % (F)",
            f"elasticity -{ELASTICITY:.2f}",
            f"elasticity {_plain(clemens)}",
            verdict(clemens, -ELASTICITY, -ELASTICITY),
        )
    ]
    for name, (soon, later) in found.openings.items():
        for label, each in (("first half year", soon), ("the year after that", later)):
            known = verdict(each.change, each.gate, each.gate)
            rows.append(
                Claim(f"{name} opened: encounters, {label}", "-", _one(each.gate), _percent(each.change), known)
            )
    shut = found.closing
    rows.append(
        Claim(
            "appointments at ports ended: encounters of those who had used them, against others",
            "more irregular moves (F, sign)",
            f"{_one(shut.gate.lower)} to {_one(shut.gate.upper)}",
            _percent(shut.change),
            verdict(shut.change, shut.gate.lower, shut.gate.upper),
        )
    )
    return rows


def _visa_claims(found: Findings) -> list[Claim]:
    legal, irregular, _ = _gate_visa(-REQUIREMENT)
    rows = [
        Claim(
            f"visas removed, {_names(found, year)}: detections, {label}",
            "-",
            _one(irregular),
            _percent(change),
            verdict(change, irregular, irregular),
        )
        for year, changes in found.detected.items()
        for label, change in zip(("same year", "next year"), changes, strict=True)
        if change is not None
    ]
    at_once = found.reported[True].study.effect(1)
    next_period = found.own[True].study.effect(2)
    later = found.reported[False].study.effect(4)
    slowly = found.reported[False].study.contrast(4, 1)
    share, first = _ramp(SETS[4]), _ramp(SETS[1])
    low, high = _ends("visa_requirement")
    introduced = found.own[False].study.effect(2)
    lowest, highest = (_gate_visa(end * _ramp(NEXT_PERIOD))[2] for end in (low, high))
    fewest, most = (_gate_visa(-end)[2] for end in (high, low))
    return [
        *rows,
        Claim(
            "visa removed: reported inflow in the year of the change",
            "almost immediate rise (F, sign)",
            _one(legal),
            _percent(at_once),
            verdict(at_once, -high, -low),
        ),
        Claim(
            "visa removed: our own flows in the next five-year period",
            "-",
            f"{_one(fewest)} to {_one(most)}",
            _percent(next_period),
            verdict(next_period, fewest, most),
        ),
        Claim(
            "visa introduced: reported inflow 4 to 7 years on",
            "-40 to -47 % (R)",
            f"{_one(low * share)} to {_one(high * share)}",
            _percent(later),
            verdict(later, low * share, high * share),
        ),
        Claim(
            "visa introduced: that against the year of the change",
            "gradual decline (F, timing)",
            f"{_one(low * (share - first))} to {_one(high * (share - first))}",
            _percent(slowly),
            verdict(slowly, low * (share - first), high * (share - first)),
        ),
        Claim(
            "visa introduced: our own flows in the next five-year period",
            "-",
            f"{_one(lowest)} to {_one(highest)}",
            _percent(introduced),
            verdict(introduced, lowest, highest),
        ),
    ]


def _ramp(years: Sequence[int]) -> float:
    """Mean share of a restriction that works some years after its start."""
    return float(np.mean([min((year + 1.0) / (RESTRICTION_YEARS + 1.0), 1.0) for year in years]))


def _gate_visa(effect: float) -> tuple[float, float, float]:
    """Log changes of legal, irregular and all moves in the gate under an effect of a visa on legal ones."""
    legal, irregular = visa_change(
        effect, irregular_share=IRREGULAR, unmet_share=UNMET, redirected=REDIRECTED, elasticity=ELASTICITY
    )
    moves = (1.0 - IRREGULAR) * np.exp(legal) + IRREGULAR * np.exp(irregular)
    return legal, irregular, float(np.log(moves))


def _refusal_claims(found: Findings) -> list[Claim]:
    low, high = _ends("asylum_refusals")
    rows = []
    for name in ("detections, a year later", "the same, yearly changes"):
        each = found.asylum[name]
        data = f"elasticity {_plain(each)}"
        gate = f"elasticity {low:+.2f} to {high:+.2f}"
        rows.append(Claim(f"asylum refusals +10 %: {name}", "+2 to +4 % (F)", gate, data, verdict(each, low, high)))
    return rows


def _untested() -> list[Claim]:
    low, high = _ends("visa_refusals")
    gate = f"elasticity {low:+.2f} to {high:+.2f}"
    return [
        Claim("visa refusals +10 %: irregular moves", "+4 to +7 % (F)", gate, "none", "cannot tell"),
        Claim("family or low-skilled work closed", "irregular +24, +14 % (F)", "-", "none", "cannot tell"),
    ]


def _ends(name: str) -> tuple[float, float]:
    """Return the ends of a prior that has ends."""
    low, high = PRIORS[name].prior.quantile(np.array([0.0, 1.0]))
    return float(low), float(high)


def summary(found: Findings) -> str:
    """Return the section with all verdicts."""
    rows = claims(found)
    tested = [row.verdict for row in rows]
    counts = ", ".join(
        f"{tested.count(word)} {word}" for word in ("agrees", "does not contradict", "contradicts", "cannot tell")
    )
    return f"""## In short

{_table(("claim", "published", "the gate", "these data (95 %)", "verdict"), rows)}

The verdicts are: {counts}. Rows of the same place are not independent. A dash means that there is no published figure
to compare, so only the gate is tested. Where the gate gives a single figure, no estimate can agree with it by the rule.

**Where the gate fails**

- It predicts only a fraction of the fall of irregular moves when a route opens to a nationality. For Cubans and
  Nicaraguans irregular entry was closed at the same time (R). A scenario of such a package must set `stopped` too, and
  no figure for it is known beforehand. For Haitians at ports in 2022 we recall no such closure, and the fall was as
  deep.
- It predicts lasting effects. After the parole for Venezuela, encounters were lower for half a year, and in the year
  after that they were higher than before the parole. In the gate no effect wears off. Still, the intervals contain its
  figures.
- It predicts more irregular moves where a legal way closes. At the southwest border in 2025 all encounters fell by
  {-100.0 * np.expm1(found.closing.all_fell):.0f} %, when the kind of control changed (R). Only the difference between
  nationalities has the sign of redirection.
- It does not cover visas of transit countries. After Serbia required visas, detections of the nationalities concerned
  fell to nearly zero in the next year. In the gate, a restriction reaches its full effect over {RESTRICTION_YEARS}
  years.
- When nationalities were admitted without a visa, detections of people from Albania and Bosnia in the first year, and
  from Moldova in the next, fell by more than the elasticity implies. Detections of people from Georgia and Ukraine did
  not visibly fall.
- In the year in which a visa is removed, the rise of legal moves is smaller in reported inflows than in the gate. After
  four to seven years it may be as large. Where a visa is introduced, any effect comes in the first year and not slowly.
- The published response to asylum refusals cannot be found in yearly totals by nationality. This says more about such
  data than about the response.

**Where the gate fits.** {_agreement(tested)} These data are consistent with its elasticity of irregular to lawful
crossings, with the sign of redirection at the closing, and with the size of the effect of a new visa after some years.
"""


def _agreement(tested: Sequence[str]) -> str:
    if "agrees" in tested:
        return f"{tested.count('agrees')} of {len(tested)} rows agree by the rule."
    return "No estimate agrees by the rule, so no claim is confirmed."


def border_section(found: Findings) -> str:
    """Return the section on the southwest border of the United States."""
    rows = []
    for opening in OPENINGS:
        for label, each in zip(("1-6", "7-18"), found.openings[opening.name], strict=True):
            rows.append(
                [
                    opening.name,
                    opening.month,
                    label,
                    f"{each.before:,.0f}",
                    f"{each.after:,.0f}",
                    _percent(each.change),
                    f"{each.legal:,.0f}",
                    f"{each.added:,.0f}",
                    _one(each.gate),
                    f"{each.fewer.estimate:+.1f} ({each.fewer.lower:+.1f} to {each.fewer.upper:+.1f})",
                ]
            )
    shut = found.closing
    lags = [[str(lag), _plain(each)] for lag, each in found.lawful.items()]
    return f"""## Southwest border of the United States

Irregular moves are encounters between ports of entry (Border Patrol). Lawful moves are presentations at ports, regular
permanent inflows (OECD, mean of {LAWFUL_YEARS[0]}-{LAWFUL_YEARS[-1]}), and parole. We recall these facts
(R): parole began for Venezuela in October 2022 and for Cuba, Haiti and Nicaragua in January 2023, with up to 30,000
people a month for the four. It reached 117,330, 110,240, 211,040 and 93,070 people by the end of 2024, which we spread
evenly over the months. Appointments at ports through CBP One began in January 2023. Together with parole, people of
these nationalities who crossed otherwise were returned to Mexico. We test Haitians at the date on which the counts show
an opening, in May 2022 at ports, because they hardly crossed between ports afterwards.

*Before* means the twelve months before the month of the opening. *Others* means nationalities with {LEAST_MONTHLY:.0f}
encounters a month or more in these months, without these four and Ukraine. Figures are persons a month.

{
        _table(
            (
                "opening",
                "month",
                "months after",
                "irregular before",
                "after",
                "change against others",
                "lawful before",
                "added",
                "the gate",
                "fewer per lawful move added",
            ),
            rows,
        )
    }

In the gate a lawful move replaces at most one irregular move. In the first half year the estimates lie above one in all
four cases, and all intervals contain one. Expulsions at the same time as the opening could explain this. The intervals
are wide because other nationalities changed by very different amounts in these years.

**Closing.** From January to February 2025 presentations at ports fell to nearly zero in the counts (R: appointments
ended on 20 January). We compare the nationalities that had more presentations at ports than encounters between ports in
the half year before ({", ".join(shut.touched)}) with {len(shut.others)} others, in February to May 2025. Their
encounters changed by {_percent(shut.change)} relative to the others. The gate predicts
{_one(shut.gate.estimate)} from the lost lawful moves ({_one(shut.gate.lower)} to {_one(shut.gate.upper)}
over 90 % of the prior of redirection). All encounters between ports changed by {_one(shut.all_fell)}. The
difference has the sign of the gate although all levels fell, and the nationalities concerned had few encounters before.

**Lawful and irregular moves over time.** The table shows the elasticity of encounters between ports to presentations at
ports some months before, for nationalities with {LEAST_MONTHLY:.0f} a month or more, to January 2025. The regression
has effects of nationality and month.

{_table(("months before", "elasticity"), lags)}

All elasticities are negative, and none is certain. At ten months the estimate is about two thirds of the published
-.30.
"""


def visa_section(found: Findings) -> str:
    """Return the section on visas."""
    legal, irregular, _ = _gate_visa(-REQUIREMENT)
    freed = [
        [_names(found, year), str(year), _source(found, year), _percent(soon), _percent(next_) if next_ else "-"]
        for year, (soon, next_) in found.detected.items()
    ]
    asked = [[name, _percent(route), _percent(every)] for name, (route, every) in found.serbia.items()]
    return f"""## Visas

**Detections of nationalities that were admitted without a visa.** We found such changes in the data: at least
{MOST_CHANGED} of {len(SCHENGEN)} Schengen states removed their requirement (DEMIG), or Germany required a visa at the
end of one source and none at the beginning of the other or at the next snapshot (Passport Index). The nationality had
at least {LEAST_DETECTED:.0f} detections in the year before. The table shows the change since the year before, relative
to nationalities with {LEAST_YEARLY:.0f} detections or more in that year:

{_table(("nationalities", "year", "year from", "same year", "next year"), freed)}

The gate predicts {_one(irregular)}, which follows from legal moves ({_one(legal)}) and the elasticity.
Detections of people from Albania and Bosnia fell by far more in the first year. For Georgia and Ukraine there is no
sign of a fall; few people had been detected before. People who may travel without a visa need not cross a border
irregularly, and our counts do not include those who overstay afterwards.

**Visas in Serbia.** Serbia introduced visas between the snapshots of January 2022 and January 2023. The table compares
May to October of 2022 and 2023, relative to other nationalities:

{_table(("nationality", "Western Balkan route", "all routes"), asked)}

A restriction in a country of transit had its effect within months. Detections of Tunisians, who can cross the sea, fell
on the route, but it is not certain that they fell in total. Deflection to another route would have this result. The
gate contains neither transit nor routes.

**Legal moves.** We use corridors with a single change of requirement in DEMIG and leave out corridors inside the
European Union and EFTA. Effects of corridor, of origin and year, and of destination and year are fitted to corridors
without a change and to years before a change. DEMIG tends to show a change one year late, so the year before is not
used in the fit. The tables show log effects.

The first table is for inflows by nationality that OECD countries report, with {LEAST_FLOW["reported"]:.0f} a year or
more:

{_studies(found.reported, SET_NAMES)}

The second table is for our own flows of five-year periods, with {LEAST_FLOW["own"]:.0f} a year or more. They
are made from stocks and are therefore smooth. On average half of the period of a change lies before the change, so
these flows cannot show its timing:

{_studies(found.own, PERIOD_NAMES)}

For legal moves the gate has {-REQUIREMENT:+.2f} from the first year after a removal. After an introduction it has
{REQUIREMENT * _ramp((0,)):+.2f} in the first year and {REQUIREMENT:+.2f} after
{RESTRICTION_YEARS} years. Czaika and de Haas (2017, F) find that removals work at once and introductions
slowly. Our data show neither timing: an introduction has its visible effect in the year of the change, and a removal
has no visible rise. We have 14 years of {found.reported[True].corridors} and
{found.reported[False].corridors} corridors, and the paper has 40 years (R). The inflows lack zeros.
"""


def _names(found: Findings, year: int) -> str:
    return ", ".join(found.freed[year])


def _source(found: Findings, year: int) -> str:
    if set(found.freed[year]) <= set(found.bounded):
        return "R; 2014 to 2020 in the data"
    return "DEMIG" if year <= 2013 else "Passport Index"


def _studies(studies: dict[bool, VisaStudy], names: Sequence[str]) -> str:
    rows = [
        [
            f"{'removed' if removed else 'introduced'}, {each.corridors} corridors of {each.origins} origins",
            *(_plain(each.study.effect(place)) for place in range(len(names))),
        ]
        for removed, each in studies.items()
    ]
    return _table(("requirement", *names), rows)


def refusal_section(found: Findings) -> str:
    """Return the section on refusals."""
    rows = [[name, _plain(each)] for name, each in found.asylum.items()]
    return f"""## Refusals

**Asylum.** We use the share of refusals in decisions in substance at first instance in the European Union and EFTA, by
nationality and year, {RATE_YEARS[0]}-{RATE_YEARS[-1]}, with {LEAST_DECISIONS} decisions or more. Detections are those
of nationalities with {LEAST_YEARLY:.0f} a year or more, with effects of nationality and year. Applications are by
nationality and country, with effects of the pair, of nationality and year, and of country and year, and with
{LEAST_BILATERAL} decisions or more. The table shows elasticities to the share refused:

{_table(("of", "elasticity"), rows)}

Czaika and Hobolth (2016, F) find +2 to +4 % for +10 %, between pairs of countries. Our data have the opposite sign, in
the year after, in the same year and even in the year before, when the refusals could not yet have an effect. The reason
is that wars bring recognised refugees. Yearly changes show no effect. Applications in a country fall a little after it
refused more of a nationality, relative to other countries and nationalities. This is deterrence or deflection. These
data do not show whether people who do not apply cross irregularly. Detections have no country of destination.

**Visas.** The available refusal rates are one figure for each country of a consulate, for 2018-22 together, by place of
application and not by nationality. They do not vary over time, and across countries poverty and war affect both
refusals and detections. So we make no estimate.
"""


END = """## Limits

- There are few cases: three openings by nationality, one opening and one closing of ports at one border, five groups in
  Europe, and one country of transit. So we take the noise from other nationalities, and the estimates contain shocks of
  single countries.
- Windows, blocks of three months and least numbers are our judgement. We made some choices after we had seen the
  counts: the month for Haiti, the nationalities affected by the closing, and the season for Serbia. With 100 to 500
  decisions and 20 to 200 detections as least numbers, the signs of the levels for asylum are the same.
- We count presentations at ports as lawful crossings, although not all of them led to a stay.
- We have no records of family and work routes that close (Simon et al. 2018) or of returns under visas.
- None of these corridors is in Asia.
"""


if __name__ == "__main__":
    main()
