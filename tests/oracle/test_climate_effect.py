"""The page of the climate-only effect and the comparison in the page of BDS are what is computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.drivers.damages import COMPARED
from corridor.projection.runs import load_runs
from tests.references import need
from tests.scripts import load_script, same_text

need("data/bds")


DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def script():
    return load_script("climate_effect")


@pytest.fixture(scope="module")
def found(script, panel, sources):
    return script.find(load_runs(panel, anchor="observed"), sources)


def test_the_page_is_what_the_script_writes(script, found):
    same_text((DOCS / "results" / "climate-effect.md").read_text(), script.page(found))


def test_the_page_of_bds_shows_the_totals(script, found):
    written, made = (DOCS / "results" / "bds.md").read_text(), script.bds_words(found)
    start = written.index(made[:40])
    same_text("\n".join(written[start:].splitlines()[: len(made.splitlines())]), made)


def test_words_of_the_page_hold(found):
    """Climate adds in all draws in 2100, and the median of draws lies above the central value."""
    for family in COMPARED:
        assert found.drawn[family][:, -1].min() > 0.0
    middle = np.median(found.drawn[COMPARED[0]][:, -1, 0, 1])
    assert middle > found.change("world", "all moves", 2100)
    milder, bound = (("world", "moves out of natives", 2100, family, "SSP3-7.0") for family in COMPARED)
    assert found.income(*bound) < 0.0
    assert abs(found.change(*bound)) < 0.75 * found.change(*milder)
