"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest

from corridor.figures.wording import change, persons, share, signed_persons, tick


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.2, "fewer than 10"),
        (-0.2, "fewer than 10"),
        (9.9, "fewer than 10"),
        (10.0, "10"),
        (12_345.0, "12,300"),
        (999_499.0, "999,000"),
        (999_500.0, "1.00 million"),
        (1_240_000.0, "1.24 million"),
        (-1_240_000.0, "\u22121.24 million"),
        (412_000_000.0, "412 million"),
        (999_900_000.0, "1.00 billion"),
        (8_090_000_000.0, "8.09 billion"),
        (-437.4, "\u2212437"),
        (math.nan, "no data"),
    ],
)
def test_persons(value, words):
    assert persons(value) == words


def test_balances_carry_their_sign():
    assert [signed_persons(value) for value in (1500.0, -1500.0, 0.0, 3.0)] == [
        "+1,500",
        "\u22121,500",
        "0",
        "fewer than 10",
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "no data"), (0.0, "0%"), (0.0001, "under 0.1%"), (0.123, "12.3%"), (0.5, "50%"), (1.0, "100%")],
)
def test_share(value, words):
    assert share(value) == words


@pytest.mark.parametrize(
    ("now", "later", "words"),
    [
        (100.0, 131.0, "+31%"),
        (100.0, 69.0, "\u221231%"),
        (100.0, 100.2, "0%"),
        (100.0, 99.9, "0%"),
        (100.0, 420.0, "×4.2"),
        (20.0, 24_680.0, "×1,230"),
        (100.0, 0.0, "\u2212100%"),
        (0.0, 500.0, "new"),
        (0.0, 0.0, "n/a"),
        (4.0, 6.0, "n/a"),
        (-50.0, 20.0, "n/a"),
        (math.nan, 1.0, "no data"),
    ],
)
def test_change(now, later, words):
    assert change(now, later) == words


@pytest.mark.parametrize(
    ("value", "step", "words"),
    [
        (0.0, 5e5, "0"),
        (-0.0, 5e5, "0"),
        (5e5, 5e5, "500,000"),
        (1.5e6, 5e5, "1.5 million"),
        (-2e6, 5e5, "\u22122.0 million"),
        (2.5e9, 5e8, "2.5 billion"),
        (0.5, 0.5, "0.5"),
        (0.0, 0.5, "0"),
        (2.5e6, 2.5e6, "2.5 million"),
        (0.25, 0.25, "0.25"),
    ],
)
def test_ticks(value, step, words):
    assert tick(value, step) == words
