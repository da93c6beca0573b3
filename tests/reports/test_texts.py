"""Texts that users see: plain words, and the same statement wherever it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corridor.reports.texts.limits import OUTLOOK
from corridor.reports.texts.method import NOT_FORECASTS
from tests.plain_words import tells, words_of_markdown, words_of_module, words_of_page

ROOT = Path(__file__).resolve().parents[2]
SOURCE, DOCS = ROOT / "src" / "corridor", ROOT / "docs"
ROOMS = (
    "reports/**/*.py",
    "drivers/channels/*.py",
    "drivers/anchors.py",
    "drivers/damages.py",
    "drivers/temperature.py",
    "data/rules/*.py",
    "scenario/*.py",
    "figures/*.py",
    "analysis/*.py",
    "estimate/world/plausibility.py",
    "own_regions/results.py",
)
"""Modules whose texts stand in reports and pages."""
MODULES = sorted(module for room in ROOMS for module in SOURCE.glob(room))
TEMPLATES = sorted(SOURCE.glob("reports/templates/*.html"))
PAGES = sorted(
    [*DOCS.glob("reference/channels/*.md"), *DOCS.glob("results/*.md"), DOCS / "explanation/corridor-model.md"]
)
SCENARIOS = sorted(SOURCE.glob("scenario/shipped/*.toml"))
COINED = ("cannot be told", "this is no ", "is none of", "repeatable", "drawn to reports", "to chance", "says whence")
"""Phrases that no module says at all."""


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(SOURCE)))
def test_texts_of_modules_are_plain(module: Path) -> None:
    assert [tell for text in words_of_module(module) for tell in tells(text)] == []


@pytest.mark.parametrize("phrase", COINED)
def test_no_text_has_a_coined_phrase(phrase: str) -> None:
    texts = {module: "\n".join(words_of_module(module)) for module in SOURCE.rglob("*.py")}
    texts |= {page: page.read_text(encoding="utf-8") for page in SOURCE.rglob("*.html")}
    assert [str(where) for where, text in texts.items() if phrase in text] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_templates_are_plain(template: Path) -> None:
    assert tells(words_of_page(template.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_are_plain(page: Path) -> None:
    assert tells(words_of_markdown(page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.stem)
def test_scenarios_are_plain(scenario: Path) -> None:
    assert tells(scenario.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "The score shows what is scored.",
        "Ranges are left to chance.",
        "What a loss does to emigration depends on the origin.",
        "Who leaves a sponsor today loses legal stay there.",
        "Nowhere is it confirmed.",
        "They are no quotas.",
        "The figures are held against records.",
        "World: all origins.",
        "It is a flow. Persons a year.",
    ],
)
def test_what_is_not_plain_is_found(text: str) -> None:
    assert tells(text)


@pytest.mark.parametrize(
    "text",
    [
        "What if warming is high?",
        "Who moves where, 2025 and 2050",
        "There is no sign of a fall.",
        "The source is: all.",
    ],
)
def test_what_is_plain_is_left_alone(text: str) -> None:
    assert tells(text) == []


def test_the_readme_and_the_limits_say_the_same_of_forecasts() -> None:
    readme = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert NOT_FORECASTS in readme
    assert any(NOT_FORECASTS in limit for limit in OUTLOOK)
