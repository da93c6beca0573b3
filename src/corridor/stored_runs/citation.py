"""How a stored run is cited: what it answers, the version, the data behind, and the digest that proves its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.calendar import STOCK_TITLE, WPP_TITLE

if TYPE_CHECKING:
    from corridor.stored_runs.run_folder import StoredRun


def citation(stored: StoredRun, form: str = "text") -> str:
    """Return the citation of a finished run.

    Parameters
    ----------
    form : "text" or "bibtex"

    Raises
    ------
    InputError : the run is not finished
    """
    question, inputs = stored.question, stored.inputs
    drawn = f"{question.draws:,} draws of seed {question.seed}" if question.draws else "medians of all parameters"
    digest, year = stored.digest[:16], str(stored.finished and stored.finished["times"]["finished"])[:4]
    title = f"Run of the scenario {question.scenario.title}, {question.years[0]} to {question.years[-1]}"
    made = (
        f"{drawn}, anchor {question.anchor}, base {question.base}, scenario digest {question.scenario.digest[:16]}, "
        f"digest of figures {digest}"
    )
    sources = f"Data behind: {WPP_TITLE}; {STOCK_TITLE}; and the sources that corridor data list names."
    if form == "text":
        return f"{title}. Corridor {inputs['corridor']} ({year}): {made}. {sources}"
    fields = {
        "title": title,
        "author": "{The Corridor developers}",
        "year": year,
        "version": str(inputs["corridor"]),
        "note": f"{made}. {sources}",
    }
    lines = ",\n".join(f"  {key} = {{{value.replace('%', chr(92) + '%')}}}" for key, value in fields.items())
    return f"@software{{corridor-{digest},\n{lines}\n}}"
