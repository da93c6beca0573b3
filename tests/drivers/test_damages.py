"""Damages to income: what each family gives by hand, zero in the base year, who loses, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from corridor import areas
from corridor.drivers.channel import BLOCKS, Settings
from corridor.drivers.country_warming import country_warming, load_warming_per_degree
from corridor.drivers.damages import CHANNEL, COMPARED, FAMILIES, HOTTEST, load_base_temperature, log_income_ratio
from corridor.drivers.parameters import STATUSES, central_values, draw_values
from corridor.drivers.temperature import warming_since_reference
from corridor.errors import InputError

CENTRAL = central_values(CHANNEL.parameters, {})
YEARS = 76
BASE = np.array([2.0, 13.0, 27.0])


def _rising(last, draws=1, first=0.3):
    """Warming that rises evenly in three areas: [draw, year, area]."""
    path = np.linspace(first, last, YEARS)
    return np.repeat(np.repeat(path[None, :, None], draws, axis=0), len(BASE), axis=2)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_exactly_zero_in_the_first_year(family):
    drawn = draw_values(CHANNEL.parameters, {}, range(20), 1)
    found = log_income_ratio(family, BASE, _rising(3.0, draws=20), drawn)
    assert found.shape == (20, YEARS, 3)
    assert np.array_equal(found[:, 0], np.zeros((20, 3)))
    assert np.isfinite(found).all()


def test_kalkuhl_wenz_by_hand():
    found = np.exp(log_income_ratio("kalkuhl-wenz", BASE, _rising(3.0), CENTRAL))
    share = [-0.0121 * dt + 0.00092 * ((27.0 + dt) ** 2 - 27.0**2) for dt in (0.3, 3.0)]
    assert found[0, -1, 2] == pytest.approx((1.0 - share[1]) / (1.0 - share[0]))
    assert found[0, -1, 0] > 1.0 > found[0, -1, 1] > found[0, -1, 2]


def test_the_scale_of_kalkuhl_wenz_keeps_its_best_temperature():
    best = np.array([0.0121 / (2 * 0.00092)])
    for scale in (0.5, 1.5):
        drawn = {**CENTRAL, "damages.kw_scale": np.array([scale])}
        warmer = np.array([0.0, 1e-4])[None, :, None]
        assert log_income_ratio("kalkuhl-wenz", best, warmer, drawn)[0, 1, 0] == pytest.approx(0.0, abs=1e-10)


def test_burke_hsiang_miguel_by_hand_and_held_beyond_the_hottest():
    warming = np.array([0.5, 1.0, 4.0, 5.0])[None, :, None]
    found = log_income_ratio("burke-hsiang-miguel", np.array([27.0]), warming, CENTRAL)[0, :, 0]
    linear, quadratic = (CENTRAL[f"damages.bhm_{name}"][0] for name in ("linear", "quadratic"))

    def growth(at):
        return 1.0 + linear * (at - 27.0) + quadratic * (at**2 - 27.0**2)

    np.testing.assert_allclose(np.exp(np.diff(found)), [growth(28.0), growth(HOTTEST), growth(HOTTEST)])


def test_coefficients_of_burke_hsiang_miguel_move_against_each_other():
    """Where the runs of the bootstrap agree, at about 20 degrees, the linear coefficient alone changes nothing."""
    steep = {**CENTRAL, "damages.bhm_linear": CENTRAL["damages.bhm_linear"] + 0.004}
    warmer = np.array([0.0, 1.0])[None, :, None]
    for base, moves in ((0.5 * (1.0 / 0.0255 - 1.0), 0.0), (0.0, 0.004 * (1.0 - 0.0255))):
        central, moved = (
            np.expm1(log_income_ratio("burke-hsiang-miguel", np.array([base]), warmer, draws)[0, 1, 0])
            for draws in (CENTRAL, steep)
        )
        assert moved - central == pytest.approx(moves, abs=1e-12)


@pytest.mark.parametrize(("rate", "loss"), [(0.01, 0.0107), (0.04, 0.0722)])
def test_kahn_gives_the_published_losses_after_86_years(rate, loss):
    warming = (rate * np.arange(87))[None, :, None]
    found = log_income_ratio("kahn", np.array([15.0]), warming, CENTRAL)[0, :, 0]
    assert 1.0 - np.exp(found[-1]) == pytest.approx(loss)
    assert np.all(np.diff(found) < 0.0)
    np.testing.assert_allclose(log_income_ratio("kahn", np.array([15.0]), -warming, CENTRAL)[0, :, 0], found)


def test_none_takes_nothing():
    assert not log_income_ratio("none", BASE, _rising(5.0), CENTRAL).any()


@pytest.mark.parametrize("family", ["kalkuhl-wenz", "burke-hsiang-miguel", "kahn"])
def test_more_warming_takes_more_where_it_is_warm(family):
    found = [log_income_ratio(family, np.full(3, 25.0), _rising(last), CENTRAL)[0, -1, 0] for last in (1.0, 2.0, 4.0)]
    assert found[0] > found[1] > found[2]


def test_no_level_effect_takes_everything():
    found = log_income_ratio("kalkuhl-wenz", BASE, _rising(40.0), CENTRAL)
    assert np.isfinite(found).all()


def test_the_temperature_where_people_live(panel):
    at = dict(zip(areas.codes(), load_base_temperature(panel), strict=True))
    territory = dict(zip(areas.codes(), panel.array("climate")[80:111, :, 0].mean(axis=0), strict=True))
    assert territory["CAN"] < -3.0 < 0.0 < at["CAN"] < 8.0
    assert at["CHN"] - territory["CHN"] > 4.0
    assert abs(at["IND"] - territory["IND"]) < 2.0
    assert np.isfinite(list(at.values())).all()


def test_families_differ_tenfold_in_india(panel):
    since = warming_since_reference(panel, "SSP2-4.5", range(2025, 2101), np.array([50.0]))
    warming = country_warming(load_warming_per_degree(panel).mean[None], since)
    left = {
        family: np.exp(log_income_ratio(family, load_base_temperature(panel), warming, CENTRAL))[0, -1]
        for family in FAMILIES
    }
    at = areas.codes().index("IND")
    assert 1.0 - left["kalkuhl-wenz"][at] == pytest.approx(0.05, abs=0.01)
    assert 1.0 - left["burke-hsiang-miguel"][at] == pytest.approx(0.63, abs=0.02)
    assert left["none"][at] == 1.0
    # who gains in the level effect lives in the cold
    gains = left["kalkuhl-wenz"] > 1.0
    assert load_base_temperature(panel)[gains].max() < 6.6 < load_base_temperature(panel)[~gains].max()


def test_an_unknown_family_is_told():
    with pytest.raises(InputError, match="Did you mean kahn"):
        log_income_ratio("khan", BASE, _rising(1.0), CENTRAL)


def test_the_channel_says_what_it_is():
    assert CHANNEL.block in BLOCKS
    assert all(parameter.name.startswith("damages.") for parameter in CHANNEL.parameters)
    assert {parameter.status for parameter in CHANNEL.parameters} <= set(STATUSES)
    assert all(parameter.source for parameter in CHANNEL.parameters)


def test_every_family_has_every_text_and_parameters_of_its_own():
    names = [parameter.name for parameter in CHANNEL.parameters]
    for name, family in FAMILIES.items():
        assert family.name == name
        if name != "none":
            assert family.authors
            assert any(each.removeprefix("damages.").startswith(family.prefix) for each in names)
    assert COMPARED[0] == Settings().damages
