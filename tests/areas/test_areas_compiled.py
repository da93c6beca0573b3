"""The register says what `scripts/compile_areas.py` compiles from the sources that need no network."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from corridor.areas import areas
from corridor.areas.register import read_table

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/compile_areas.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("compile_areas", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def drawn(script, sources):
    return script.read_polygons(sources / "geo/ne_50m_countries.geojson")


def test_codes_english_names_and_regions_are_those_compiled(script, sources):
    compiled = [script.official_facts(row) for row in script.read_locations(sources / "wpp2024/locations.csv")]
    committed = read_table("register.csv")
    assert len(compiled) == len(committed) == 237
    for fresh, row in zip(compiled, committed, strict=True):
        assert fresh == {column: row[column] for column in fresh}


def test_label_points_are_those_compiled(script, drawn):
    for row in read_table("register.csv"):
        fresh = script.point_facts(row["iso3"], drawn)
        assert fresh == {column: row[column] for column in fresh}


def test_label_points_lie_inside_their_own_polygons(script, drawn):
    for area in areas():
        if area.iso3 in script.RECALLED_POINTS:
            continue
        whole = script.PARTS.get(area.iso3, (area.iso3,))[0]
        point = np.array([area.longitude, area.latitude])
        inside = [polygon for polygon in drawn[whole] if script.depth(point, polygon) > 0]
        assert len(inside) == 1, area.iso3


def test_names_decided_by_hand_are_in_the_register(script):
    by_code = {area.iso3: area for area in areas()}
    for language, decided in script.DECIDED.items():
        for iso3, fact in decided.items():
            assert by_code[iso3].names[language] == fact.value
            assert by_code[iso3].evidence[f"name_{language}"].confidence == "J"


def test_the_innermost_point_of_a_known_shape(script):
    square = [np.array([[0.0, 0], [2, 0], [2, 2], [0, 2], [0, 0]])]
    assert script.pole_of_inaccessibility(square) == pytest.approx((1, 1), abs=0.02)
    assert script.depth(np.array([1.0, 0.5]), square) == pytest.approx(0.5)
    assert script.depth(np.array([3.0, 1.0]), square) == pytest.approx(-1)
    holed = [*square, np.array([[0.5, 0.5], [1.9, 0.5], [1.9, 1.9], [0.5, 1.9], [0.5, 0.5]])]
    assert script.depth(np.array([1.0, 1.0]), holed) == pytest.approx(-0.5)
    assert max(script.pole_of_inaccessibility(holed)) < 0.5
