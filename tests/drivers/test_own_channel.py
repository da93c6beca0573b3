"""Effects of the user's own: straight between years, zero in the base year, brought and switched by a scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.areas import codes
from corridor.data.tables.imports import import_table
from corridor.drivers.assembly import central_chance, driving_of, everything, load_conditions
from corridor.drivers.channel import Settings
from corridor.drivers.channels.own import own_push
from corridor.errors import InputError
from corridor.projection.inputs import load_inputs

YEARS = range(2025, 2041)


def _table(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["iso3", "year", "log_push"])


def _of(push: np.ndarray, iso3: str) -> np.ndarray:
    return np.asarray(push[:, codes().index(iso3)])


def test_a_path_runs_straight_between_its_years_and_stays_after_the_last():
    push = own_push(_table(("BGD", 2035, 0.2), ("BGD", 2025, 0.1)), YEARS)
    path = _of(push, "BGD")
    assert path[0] == 0.0
    np.testing.assert_allclose(path[5], 0.05)
    np.testing.assert_allclose(path[10:], 0.1)
    assert np.count_nonzero(np.abs(push).sum(axis=0)) == 1


def test_a_path_that_starts_later_is_zero_in_the_base_year():
    path = _of(own_push(_table(("UZB", 2030, -0.5)), YEARS), "UZB")
    np.testing.assert_allclose(path[:6], -0.1 * np.arange(6))
    np.testing.assert_allclose(path[6:], -0.5)


def test_it_acts_where_a_scenario_asks_and_the_table_is_there(panel, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    inputs = load_inputs(panel, 2030)
    conditions = load_conditions(panel, inputs.years, inputs.base.outward)
    asked = Settings(own_effects="imported")

    def push(settings: Settings) -> np.ndarray:
        driving = driving_of(conditions, everything(settings), settings, central_chance(conditions))
        return np.asarray(driving.effects.push[0])

    with pytest.raises(InputError, match="corridor data import effects"):
        push(asked)
    file = tmp_path / "effects.csv"
    file.write_text("iso3,year,log_push\nBGD,2030,0.25\n")
    import_table("effects", file)
    np.testing.assert_allclose(_of(push(asked) - push(Settings()), "BGD"), 0.05 * np.arange(6), atol=1e-12)
    off = Settings(own_effects="imported", off=frozenset({"own"}))
    np.testing.assert_array_equal(push(off), push(Settings()))
