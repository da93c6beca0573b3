"""The climate-only effect: parts add up, it is nothing without climate, and it keeps the promised band."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.analysis.climate_effect import (
    GROUPS,
    MEASURES,
    YEARS,
    central_effects,
    drawn_effects,
    measured,
    settings_of,
)
from corridor.drivers.assembly import central_chance, driving_of, everything
from corridor.drivers.damages import COMPARED
from corridor.drivers.registry import without_climate
from corridor.projection.runs import load_runs

BAND = (0.0, 6.0)  # percent of world emigration in 2100 under SSP2-4.5: the promise
PATHWAY = "SSP2-4.5"


@pytest.fixture(scope="module")
def world(panel):
    return load_runs(panel, anchor="observed")


@pytest.fixture(scope="module")
def effects(world):
    return central_effects(world, [PATHWAY])


def test_the_default_keeps_the_band(effects):
    chosen = effects.query("damages == 'kalkuhl-wenz' and group == 'world' and year == 2100").set_index("measure")
    assert set(chosen.index) == set(MEASURES)
    assert chosen["change"].between(*BAND).all()


def test_the_other_family_does_not_and_the_page_may_say_so(effects):
    chosen = effects.query("damages == 'burke-hsiang-miguel' and group == 'world' and year == 2100")
    assert (chosen["change"] > BAND[1]).all()


def test_parts_add_up_and_direct_effects_hardly_depend_on_damages(effects):
    np.testing.assert_allclose(effects["through_income"] + effects["direct"], effects["change"], rtol=1e-12)
    kalkuhl, burke = (effects[effects["damages"] == family]["direct"].to_numpy() for family in COMPARED)
    np.testing.assert_allclose(kalkuhl, burke, atol=0.5)


def test_the_change_is_that_of_settings_with_climate_switched_off(world, effects):
    """The coalition without climate is the scenario of a user who switches it off."""
    chance = central_chance(world.conditions)
    full = settings_of(PATHWAY)
    with_climate, without = (
        measured(world, driving_of(world.conditions, everything(settings), settings, chance))
        for settings in (full, without_climate(full))
    )
    found = effects[effects["damages"] == COMPARED[0]].set_index(["year", "group", "measure"])["change"]
    for place in np.ndindex(with_climate.shape):
        key = YEARS[place[0]], GROUPS[place[1]], MEASURES[place[2]]
        assert found[key] == pytest.approx(100.0 * (with_climate[place] / without[place] - 1.0), rel=1e-9)


def test_a_draw_does_not_depend_on_how_many_there_are(world):
    one, three = (drawn_effects(world, PATHWAY, COMPARED[0], draws) for draws in (1, 3))
    np.testing.assert_array_equal(one[0], three[0])
    assert np.ptp(three[:, -1, 0, 0]) > 0.0
