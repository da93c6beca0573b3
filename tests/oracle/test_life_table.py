"""Life tables and the extension to 130 against those of bayesPop 12.0-1 on WPP 2024 rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.demography.kannisto import extend_to_oldest
from corridor.demography.life_table import life_table
from corridor.demography.survival import survival_ratios

if TYPE_CHECKING:
    from pathlib import Path

RELATIVE = 1e-12  # double precision over 28 groups; found: 6e-14
RADIX_ROUNDING = 1e-15  # the reference subtracts survivors, which rounds deaths at the radix
PRINTED = 1e-11  # single-age rates were written with 15 digits, which the logit of old ages magnifies
AXES = ["iso3", "period", "sex", "age_start"]


def cube(frame: pd.DataFrame, axes: list[str], value: str) -> np.ndarray:
    """Return a column as an array with sorted axes: female stands before male."""
    shape = [frame[axis].nunique() for axis in axes]
    return frame.sort_values(axes)[value].to_numpy(dtype=float).reshape(shape)


@pytest.fixture(scope="module")
def abridged(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "ccm/wpp2024_5x5/out_lifetable.csv")


@pytest.fixture(scope="module")
def single(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "ccm/wpp2024_1x1/in_mx.csv.gz")


@pytest.mark.parametrize("symbol", ["a", "q", "l", "d", "L", "T", "e"])
def test_abridged_table(abridged, symbol):
    table = life_table(cube(abridged, AXES, "mx"), width=5)
    expected = cube(abridged, AXES, f"{symbol}x")
    np.testing.assert_allclose(
        getattr(table, symbol), expected, rtol=RELATIVE, atol=RADIX_ROUNDING if symbol == "d" else 0.0
    )


def test_abridged_survival(abridged):
    table = life_table(cube(abridged, AXES, "mx"), width=5)
    expected = cube(abridged, AXES, "sx")
    np.testing.assert_allclose(survival_ratios(table), expected[..., :-1], rtol=RELATIVE)


def test_abridged_extension(abridged, reference):
    given = cube(pd.read_csv(reference / "ccm/wpp2024_5x5/in_mx.csv"), AXES, "mx")
    np.testing.assert_allclose(extend_to_oldest(given, width=5), cube(abridged, AXES, "mx"), rtol=RELATIVE)


def test_single_age_extension(single):
    rates = cube(single, ["iso3", "year", "sex", "age"], "mx")
    np.testing.assert_allclose(extend_to_oldest(rates[..., :100]), rates, rtol=PRINTED)


def test_single_age_survival(single, reference):
    expected = pd.read_csv(reference / "ccm/wpp2024_1x1/ref_survival_ratio_selected_years.csv")
    axes = ["iso3", "year", "sex", "age"]
    rates = cube(single[single.year.isin(expected.year.unique())], axes, "mx")
    np.testing.assert_allclose(survival_ratios(life_table(rates)), cube(expected, axes, "Sx"), rtol=PRINTED)
