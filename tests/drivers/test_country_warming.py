"""Warming of countries: the surface in the panel, a user's table, and draws that move neighbours together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from corridor import areas
from corridor.data.rules import warming_surface
from corridor.data.tables import imports
from corridor.drivers.country_warming import (
    SUBREGION,
    WORLD,
    country_warming,
    draw_warming_per_degree,
    load_warming_per_degree,
)

DRAWS = 3000


@pytest.fixture(scope="module")
def surface(panel):
    return load_warming_per_degree(panel)


def test_the_surface_is_computed_from_the_panel(panel):
    table = warming_surface.surface_table(panel)
    np.testing.assert_allclose(table.frame["value"], panel.array("warming_surface").ravel(), rtol=1e-9)


def test_the_land_is_where_it_is(panel):
    shares = dict(zip(areas.codes(), warming_surface.land_share(panel), strict=True))
    assert shares["KAZ"][1] > 0.95
    assert shares["TUV"].max() < 0.05
    assert 0.2 < shares["GBR"][0] < 0.6
    latitudes, longitudes = np.arange(-89.5, 90.0), np.arange(-179.5, 180.0)
    land = warming_surface._is_land(panel, latitudes, longitudes)
    assert set(np.unique(land)) == {0.0, 1.0}
    whole = (land.mean(axis=1) @ np.cos(np.radians(latitudes))) / np.cos(np.radians(latitudes)).sum()
    assert whole == pytest.approx(0.29, abs=0.01)  # of the globe


def test_continents_and_the_north_warm_most(surface):
    at = dict(zip(areas.codes(), surface.mean, strict=True))
    assert at["RUS"] > at["CHN"] > at["LKA"]
    assert at["MNG"] > 1.3
    assert 0.5 < surface.mean.min() < surface.mean.max() < 2.2
    assert np.all(surface.sd > warming_surface.WARMING_ERROR)
    assert surface.sd.max() < 0.35


def test_draws_have_the_surfaces_means_spreads_and_correlations(surface):
    drawn = draw_warming_per_degree(surface, range(DRAWS), 1)
    z = (drawn - surface.mean) / surface.sd
    assert np.abs(z.mean(axis=0)).max() < 5.0 / np.sqrt(DRAWS)
    np.testing.assert_allclose(z.std(axis=0), 1.0, atol=0.08)
    alike = np.corrcoef(z.T)
    same = surface.subregions[:, None] == surface.subregions[None, :]
    pairs = np.triu(np.ones_like(same), 1)
    assert alike[pairs & same].mean() == pytest.approx(WORLD + SUBREGION, abs=0.02)
    assert alike[pairs & ~same].mean() == pytest.approx(WORLD, abs=0.01)


def test_draws_depend_on_seed_and_number_only(surface):
    whole = draw_warming_per_degree(surface, range(6), 3)
    np.testing.assert_array_equal(draw_warming_per_degree(surface, range(4, 6), 3), whole[4:])
    assert not np.isclose(draw_warming_per_degree(surface, range(6), 4), whole).any()


def test_no_area_cools_as_the_globe_warms(surface):
    wide = replace(surface, sd=np.full_like(surface.sd, 2.0))
    drawn = draw_warming_per_degree(wide, range(200), 1)
    assert drawn.min() == 0.0


def test_a_users_table_stands_where_it_has_the_area(panel, surface, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("iso3,warming_per_degree,sd\nKAZ,1.9,0.05\nIND,1.0,\n")
    imports.import_table("warming", file, tmp_path / "imports")
    own = load_warming_per_degree(panel, imports.imported("warming", tmp_path / "imports"))
    at = {code: areas.codes().index(code) for code in ("KAZ", "IND")}
    assert (own.mean[at["KAZ"]], own.sd[at["KAZ"]]) == (1.9, 0.05)
    assert (own.mean[at["IND"]], own.sd[at["IND"]]) == (1.0, surface.sd[at["IND"]])
    others = np.delete(np.arange(len(own.mean)), list(at.values()))
    np.testing.assert_array_equal(own.mean[others], surface.mean[others])
    bare = load_warming_per_degree(panel, pd.DataFrame({"iso3": ["KAZ"], "warming_per_degree": [1.9]}))
    np.testing.assert_array_equal(bare.sd, surface.sd)


def test_countries_warm_in_step_with_the_globe():
    found = country_warming(np.array([[1.0, 1.5], [0.8, 2.0]]), np.array([[0.1, 1.0, 2.0], [0.2, 1.0, 3.0]]))
    assert found.shape == (2, 3, 2)
    np.testing.assert_allclose(found[1, 2], [2.4, 6.0])
