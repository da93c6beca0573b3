"""The screen of past moves as a page: a table a kind, and why its lines arise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.estimate.world.plausibility import KINDS, NOTES, TOP, findings

if TYPE_CHECKING:
    from corridor.data.panel import Panel

OPENING = f"""# Past moves that look wrong, and why

Written by one command: `corridor data check --plausible > docs/results/plausibility.md`. The page lists moves that
people who live there would question, among the {TOP} largest corridors of the base (2020-2024) and the net migration of
CICA's members. A line does not prove an error, and a corridor without a line is not proven right. Thresholds are our
judgement (`corridor.estimate.world.plausibility`). Figures are persons a year.
"""


def plausibility_page(panel: Panel) -> str:
    """Return the page in Markdown."""
    found, parts = findings(panel), [OPENING]
    for kind, why in KINDS.items():
        lines = ["| where | ours | compared with | evidence | note |", "| --- | --: | --- | --- | --- |"]
        lines += [
            f"| {each.where} | {each.persons:,.0f} | {each.beside} | {each.evidence} | {NOTES.get(each.where, '')} |"
            for each in found
            if each.kind == kind
        ]
        parts.append(f"## {kind.capitalize()}\n\n{why}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)
