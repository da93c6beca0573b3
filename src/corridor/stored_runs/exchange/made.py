"""How an export was made: scenario, digests, seed, versions, units, sources and the citation, for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.data.catalogue import SOURCES
from corridor.data.panel import load_panel
from corridor.errors import visible
from corridor.stored_runs.citation import citation
from corridor.stored_runs.exchange.measures import MOVES, OF_AREAS, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.stored_runs.exchange.content import Content
    from corridor.stored_runs.run_folder import StoredRun

LICENCES = "Each source has a licence of its own. The figures of Corridor itself are licensed under Apache-2.0."
UNIT = "All figures are persons: people on 1 January for population, and events of the calendar year for the rest."


def title(content: Content) -> str:
    """Return the title of an export."""
    question = content.stored.question
    return visible(f"Migration under the scenario {question.scenario.title}, {question.years[0]} to {question.last}")


def notes(content: Content) -> dict[str, str]:
    """Return name -> text of all that a reader must know of the figures."""
    stored, choice = content.stored, content.choice
    question, inputs = stored.question, stored.inputs
    libraries = ", ".join(f"{name} {version}" for name, version in inputs["libraries"].items())
    found = {
        "title": title(content),
        "scenario": question.name,
        "scenario_title": question.scenario.title,
        "scenario_digest": question.scenario.digest,
        "digest_of_figures": stored.digest,
        "areas": ", ".join(choice.groups) or "all",
        "years": ", ".join(map(str, choice.years or question.years)),
        "draws": str(question.draws),
        "seed": str(question.seed),
        "anchor": question.anchor,
        "base": question.base,
        "computed_by": f"Corridor {inputs['corridor']}, {libraries}",
        "computed_at": str(stored.finished and stored.finished["times"]["finished"]),
        "unit": UNIT,
        "flows": f"{MOVES.words}. Corridors without moves are left out.",
        **{name: measure.words for name, measure in OF_AREAS.items()},
        **{name: words for name, words in STATISTICS.items() if name in content.areas},
        "licences": LICENCES,
        "citation": citation(stored),
    }
    return {name: visible(text) for name, text in found.items()}


def sources(stored: StoredRun) -> list[dict[str, str]]:
    """Return the publications whose tables a run could read, with licence and citation; a user's own tables last."""
    panel = load_panel()
    tables: dict[str, list[str]] = {}
    for name in sorted({*stored.inputs["panel"]} & {*panel.names()}):
        tables.setdefault(panel.entry(name).source, []).append(name)
    rows = [_source(key, names) for key, names in sorted(tables.items())]
    own = {"publisher": "the user", "title": "a table that the user imported", "licence": "known to the user"}
    return rows + [{**dict.fromkeys(rows[0], ""), "source": str(name), **own} for name in stored.inputs["imported"]]


def _source(key: str, tables: list[str]) -> dict[str, str]:
    found = SOURCES[key]
    return {
        "source": key,
        "publisher": found.publisher,
        "title": found.title,
        "revision": found.revision,
        "licence": found.licence,
        "licence_status": found.licence_status,
        "address": found.address,
        "citation": found.citation,
        "tables": ", ".join(tables),
    }


def cited(stored: StoredRun) -> list[str]:
    """Return a line for each source: its citation and its licence."""
    return [f"{(row['citation'] or row['source']).rstrip('.')}. Licence: {row['licence']}." for row in sources(stored)]


def metadata(content: Content) -> dict[str, object]:
    """Return notes and sources as facts for JSON."""
    return {**notes(content), "sources": sources(content.stored)}


def readme(content: Content, files: Mapping[str, str]) -> bytes:
    """Return the text that stands beside files of a folder; `files` is name -> description."""
    lines = [title(content), "", *(f"{name}: {words}" for name, words in files.items()), ""]
    lines += [f"{name.replace('_', ' ')}: {text}" for name, text in notes(content).items()]
    lines += ["", "Sources", ""]
    lines += cited(content.stored)
    return "\n".join([*lines, ""]).encode(errors="backslashreplace")
