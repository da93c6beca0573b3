"""Causes in a brief: they add up, the tables say what the page says, pathways and families differ as they must."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.drivers.damages import COMPARED
from corridor.reports.outlook.answer import compute_outlook
from corridor.reports.outlook.brief import render
from corridor.reports.outlook.causes import DRAWS, NO_CLIMATE, PATHWAYS, compute_causes, runs_of_causes
from corridor.reports.outlook.causes_tables import causes_tables
from corridor.reports.outlook.causes_words import causes_data
from corridor.reports.outlook.words import brief_of
from corridor.reports.request import check_request
from tests.plain_words import tells, words_of_page


@pytest.fixture(scope="module")
def short(panel):
    return compute_outlook(panel, check_request("Central Asia", 2032, "un", "2010-2024", Path()))


@pytest.fixture(scope="module")
def causes(short):
    runs: list[int] = []
    found = compute_causes(short, progress=runs.append)
    assert sum(runs) == runs_of_causes(short.request.scenario.settings)
    return found


def test_waterfalls_lead_from_the_first_year_to_the_last(causes, short):
    data = causes_data(causes, short)
    every = [*data.waterfalls, *(each for of_member in data.members.values() for each in of_member)]
    assert len(data.waterfalls) == 3
    assert set(data.members) == {area.iso3 for area in short.request.areas}
    for each in every:
        assert sum(step.value for step in each.steps) == pytest.approx(each.end[1] - each.start[1], abs=1e-3)
    inside, kazakhstan = short.member, data.members["KAZ"][0]
    for end, flows in (("start", short.now), ("end", short.later)):
        assert getattr(data.waterfalls[1], end)[1] == pytest.approx(flows[inside][:, ~inside].sum(), rel=1e-12)
        assert getattr(kazakhstan, end)[1] == pytest.approx(flows[:, short.positions[0]].sum(), rel=1e-12)


def test_pathways_have_ranges_around_medians_from_one_start(causes, short):
    assert set(causes.pathways) == set(PATHWAYS)
    for bounds in causes.pathways.values():
        assert bounds.shape == (3, 3, len(short.projection.years))
        assert (np.diff(bounds, axis=0) >= 0.0).all()
        np.testing.assert_allclose(
            bounds[:, :, 0], np.broadcast_to(bounds[:1, :, 0], bounds[:, :, 0].shape), rtol=1e-12
        )
        assert (bounds[0, :, -1] < bounds[2, :, -1]).all()
    starts = np.stack([bounds[1, :, 0] for bounds in causes.pathways.values()])
    assert np.ptp(starts, axis=0).max() <= 1e-12 * starts.max()


def test_families_differ_from_each_other_and_from_no_climate(causes):
    for found in causes.damages.values():
        assert set(found) == {*COMPARED, NO_CLIMATE}
        assert len({tuple(moves) for moves in found.values()}) == 3


def test_tables_hold_what_the_page_shows(causes, short, panel):
    tables = causes_tables(causes, short)
    data, rows = causes_data(causes, short), tables["causes"]
    for each in data.waterfalls:
        of_view = rows[rows["view"] == each.name]
        assert of_view["persons"].iloc[1:-1].tolist() == [step.value for step in each.steps]
    assert len(tables["pathways"]) == len(PATHWAYS) * 3 * len(short.projection.years)
    assert set(tables["damages"]["damages"]) == {*COMPARED, "none"}
    page = render(brief_of(short, panel, causes))
    assert tells(words_of_page(page)) == []
    assert "Why flows change" in page
    assert f"{DRAWS} draws" in page
    assert "Causes that are not modelled" in page
    for name in PATHWAYS:
        assert name.upper() in page


def test_one_area_has_its_causes_on_its_sheet(panel):
    alone = compute_outlook(panel, check_request("Mongolia", 2027, "observed", "2010-2024", Path()))
    data = causes_data(compute_causes(alone), alone)
    assert data.waterfalls == []
    assert [each.name for each in data.members["MNG"]] == ["moves in, Mongolia", "moves out, Mongolia"]
    assert len(data.fans) == 2


def test_the_world_has_its_moves(panel):
    world = compute_outlook(panel, check_request("World", 2026, "observed", "2010-2024", Path()))
    data = causes_data(compute_causes(world), world)
    assert [each.name for each in data.waterfalls] == ["moves in the world"]
    assert len(data.members) == 237
