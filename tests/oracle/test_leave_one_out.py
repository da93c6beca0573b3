"""One country left out: the page is what the script writes, and leaving out reaches what is estimated."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from corridor import areas
from tests.references import need
from tests.scripts import load_script, same_text

need("oracle/climate", "data/climate")


DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def fitted():
    return load_script("fit_warming_surface")


@pytest.fixture(scope="module")
def script(fitted):
    assert fitted.__name__ in sys.modules  # the other imports it
    return load_script("leave_one_out")


@pytest.fixture(scope="module")
def without_syria(script, panel, sources, oracle):
    return script.PanelWithout(panel, "SYR", script.fits(panel, sources, oracle))


def test_the_page_is_what_the_script_writes(script, panel, sources, oracle):
    same_text((DOCS / "results" / "leave-one-out.md").read_text(), script.page(panel, sources, oracle))


def test_a_fit_without_an_area_is_the_fit_of_the_others(fitted, panel, sources, oracle):
    fit = fitted.fits(panel, sources, oracle)["WARMING"]
    at = areas.index("UZB")
    error = fit.target[at] - fit.at[at] @ fit.without(at)
    assert error == pytest.approx(fit.error[at], rel=1e-6)  # the shortcut by leverage, which the fit states
    assert np.abs(fit.without(at) - fit.coefficients).max() > 1e-4


def test_a_panel_without_an_area_keeps_the_others(panel, without_syria):
    at = areas.index("SYR")
    others = np.arange(len(areas.codes())) != at
    moves = without_syria.array("moves")
    assert moves[..., at, :].sum() == 0.0
    assert moves[..., at].sum() == 0.0
    kept = np.ix_(others, others)
    np.testing.assert_array_equal(moves[0, 0][kept], panel.array("moves")[0, 0][kept])
    changed = np.abs(without_syria.array("income") - panel.array("income"))[..., others].max(axis=(0, 1)) > 0.01
    assert [code for code, moved in zip(np.array(areas.codes())[others], changed, strict=True) if moved] == ["PSE"]
    assert "SYR" not in set(without_syria.frame("wdi")["area"])
    assert "SYR" in set(panel.frame("wdi")["area"])


def test_an_emptied_world_has_nobody_there(script, without_syria):
    inputs, at = script.load_inputs(without_syria), areas.index("SYR")
    empty = script.emptied(inputs, at)
    assert empty.population[at].sum() == 0.0
    assert empty.stock[at].sum() + empty.stock[:, at].sum() == 0.0
    np.testing.assert_allclose(empty.stock.sum(axis=0), empty.population.sum(axis=(1, 2)), rtol=1e-12)
    assert empty.population.sum() < inputs.population.sum() - inputs.population[at].sum()  # nor those born there
    assert empty.base.outward[at].sum() + empty.base.outward[:, at].sum() == 0.0
