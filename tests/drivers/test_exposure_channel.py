"""What the record of exposure says is what the engine does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corridor.areas import index
from corridor.demography.schedules import RogersCastro, model_schedule, rogers_castro
from corridor.projection.engine import State, exposure
from tests.worlds import random_inputs


def test_exposure_is_the_weighted_native_population_over_that_of_the_base_year():
    world = random_inputs(8, areas=4)
    later = random_inputs(9, areas=4)
    found = exposure(State(later.population, later.stock, later.base.displaced), world)

    def natives(inputs):
        weighted = (inputs.population * world.schedule).sum(axis=(1, 2))
        return weighted * np.diagonal(inputs.stock) / inputs.stock.sum(axis=0)

    np.testing.assert_allclose(found, natives(later) / natives(world))
    higher = replace(world, schedule=7.0 * world.schedule)
    np.testing.assert_allclose(exposure(State(later.population, later.stock, later.base.displaced), higher), found)


def test_the_schedule_is_the_uns_family_and_not_the_fundamental_curve(inputs):
    assert np.array_equal(inputs.schedule, model_schedule("family"))
    fundamental = rogers_castro(np.arange(101.0), RogersCastro(0.02, 0.1, 0.06, 0.1, 0.4, 20.0, 0.003))
    fundamental /= fundamental.sum()
    assert fundamental[70:].sum() > 3.0 * inputs.schedule[:, 70:].sum()


def test_young_origins_grow_and_old_ones_shrink(panel):
    by_age = model_schedule("family")
    groups = np.stack([by_age[:, age : age + 5].mean(axis=1) for age in range(0, 101, 5)], axis=1)
    years = panel.coordinates("population_july", "year")
    weighted = (panel.array("population_july") * groups).sum(axis=(2, 3))
    ratio = weighted[years.index(2060)] / weighted[years.index(2025)]
    assert min(ratio[index(iso3)] for iso3 in ("AFG", "PAK", "IRQ", "TJK")) > 1.3
    assert max(ratio[index(iso3)] for iso3 in ("CHN", "KOR", "THA")) < 0.75
