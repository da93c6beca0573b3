"""The screen of past moves: what must be on it, and that the page is what it says."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from corridor.cli import main
from corridor.estimate.world.plausibility import CLOSED, KINDS, NOTES, findings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results" / "plausibility.md"


def test_the_page_is_what_the_command_prints():
    done = CliRunner().invoke(main, ["data", "check", "--plausible"], catch_exceptions=False)
    assert done.output == PAGE.read_text(encoding="utf-8")


def test_every_line_has_a_kind_and_every_note_a_line(panel):
    found = findings(panel)
    assert {each.kind for each in found} == set(KINDS)
    assert set(NOTES) <= {each.where for each in found}
    assert all(each.beside for each in found)


def test_what_beyond_the_stocks_is_modelled_is_explained(panel):
    """A corridor whose moves no stock can explain, and that nobody measured, has a note of its own."""
    lines = [each for each in findings(panel) if each.kind == "beyond the stocks" and each.evidence == "modelled"]
    assert all(each.where in NOTES for each in lines)


def test_closed_states_and_returns_to_a_war_are_seen(panel):
    by_kind = {kind: [each.where for each in findings(panel) if each.kind == kind] for kind in KINDS}
    assert "Poland to Ukraine" in by_kind["into a war"]
    assert any(where.startswith("Dem. P. R. Korea") for where in by_kind["out of a closed state"])
    assert len(CLOSED) == 2
