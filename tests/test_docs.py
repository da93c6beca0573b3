"""Docs are kept true: every command and example in them runs, every command and table stands in them."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

import corridor
from corridor.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "changes/README.md")),
    *sorted(DOCS.rglob("*.md")),
]
LINK = re.compile(r"\]\(([^)#]+)")
PLACE = re.compile(r"\bcorridor(?:\.\w+)+")
"""A module, or a name in one."""
FILE = re.compile(r"`((?:src|tests|scripts|docs|changes)/[\w./*-]+)`")
"""A path of the project, with `*` for any name."""


def _blocks(kind: str) -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for number, text in enumerate(re.findall(rf"```{kind}\n(.*?)```", page.read_text(), re.DOTALL)):
            found.append((f"{page.stem}-{number}", text))
    return found


FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
COMMANDS_SHOWN = [
    pytest.param(shlex.split(line[2:], comments=True), id=line[2:40])
    for _, block in _blocks("console")
    for line in block.splitlines()
    if line.startswith("$ corridor ")
]


@pytest.mark.parametrize("words", COMMANDS_SHOWN)
def test_commands_in_the_docs_run(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, words[1:], catch_exceptions=False)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("name", "text"), _blocks("python"))
def test_examples_in_the_docs_run(name, text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(text, name, "exec"), {})  # noqa: S102 - the example is ours
    assert capsys.readouterr().out or "print" not in text


def test_every_command_is_in_the_readme_or_docs():
    text = "".join(page.read_text() for page in PAGES)
    for command in COMMANDS:
        assert f"corridor {command}" in text


def test_links_lead_somewhere():
    for page in PAGES:
        for target in LINK.findall(page.read_text()):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"


def _stands(place: str) -> bool:
    """Tell whether a dotted name leads to a module or to a name in one."""
    parts = place.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        return _has(found, parts[end:])
    return False


def _has(found: object, names: list[str]) -> bool:
    for name in names:
        if not hasattr(found, name):
            return False
        found = getattr(found, name)
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_modules_names_and_files_in_the_docs_exist(page):
    text = page.read_text()
    assert [place for place in PLACE.findall(text) if not _stands(place)] == []
    assert [path for path in FILE.findall(text) if not list(ROOT.glob(path))] == []


def test_every_term_of_the_glossary_has_a_meaning_and_a_place():
    lines = (DOCS / "reference" / "glossary.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines if line.startswith("|")]
    terms = [row for row in rows if row[0] not in ("term", "---")]
    assert len(terms) == len({term for term, *_ in terms}) > 50
    for term, meaning, place in terms:
        assert meaning.endswith("."), term
        assert _stands(place.strip("`")), term


def test_the_index_leads_to_every_page():
    linked = {(DOCS / target).resolve() for target in LINK.findall((DOCS / "README.md").read_text())}
    channels = DOCS / "reference" / "channels"  # have an index of their own
    for page in DOCS.rglob("*.md"):
        assert page.resolve() in linked or page == DOCS / "README.md" or page.parent == channels, page


def test_how_to_cite_names_the_version():
    assert f"\nversion: {corridor.__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_the_comparison_with_the_un_is_what_the_command_prints():
    printed = CliRunner().invoke(main, ["backtest", "un-medium", "--format", "markdown"], catch_exceptions=False).output
    written = (ROOT / "docs" / "results" / "un-medium.md").read_text().splitlines()
    first = written.index(printed.splitlines()[0])
    for line, documented in zip(printed.strip().splitlines(), written[first:], strict=False):
        assert FIGURE.sub("", line) == FIGURE.sub("", documented)
        for figure, known in zip(FIGURE.findall(line), FIGURE.findall(documented), strict=True):
            step = 10.0 ** -len(known.partition(".")[2])  # processors differ where a figure lies between two digits
            assert abs(float(figure) - float(known)) < 1.5 * step, (line, documented)


def test_public_names_are_sorted_and_there():
    assert sorted(corridor.__all__) == sorted(set(corridor.__all__))
    for name in corridor.__all__:
        assert getattr(corridor, name) is not None
    with pytest.raises(AttributeError):
        corridor.nothing_of_the_kind  # noqa: B018 - the look-up is the test


def test_the_version_is_in_the_changelog():
    assert f"## {corridor.__version__}" in (ROOT / "CHANGELOG.md").read_text()
