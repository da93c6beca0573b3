"""A population pyramid: men on the left, women on the right; of two moments the later is filled, the other outlined.

`uncertain_pyramid` has bounds: the 80 % ones as a bar, the 95 % ones as the line through it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGES, FEMALE, MALE, OPEN_AGE
from corridor.figures import svg
from corridor.figures.layout import axis_positions, text_width
from corridor.figures.wording import persons, share, tick

if TYPE_CHECKING:
    from corridor.axes import Floats

WIDTH, HEIGHT = 360.0, 300.0
GROUP = 5
LEFT, RIGHT, TOP, BOTTOM = 16.0, 16.0, 44.0, 34.0
AGE_COLUMN = 36.0
"""Pixels between the two sides, for the ages."""
SIDE = (WIDTH - LEFT - RIGHT - AGE_COLUMN) / 2
BAR = (HEIGHT - TOP - BOTTOM) / len(range(0, AGES, GROUP))
LETTERS = 11.0
FILL = {FEMALE: "#f0b57c", MALE: "#93bde0"}
DARK = {FEMALE: "#a34a00", MALE: "#1d5c94"}
"""Bounds, on the fill."""
UNITS = ((1e6, 1e6, "millions of people"), (1e4, 1e3, "thousands of people"), (0.0, 1.0, "people"))
"""From how many people on an axis counts in which unit."""


def pyramid(
    key: str,
    now: Floats,
    later: Floats | None = None,
    *,
    heading: str,
    years: tuple[int | str, int | str] | None = None,
) -> str:
    """Draw one or two populations by age and sex in five-year groups, 100 and over last.

    Parameters
    ----------
    key : name of the figure, unique on the page
    now, later : [SEX, AGE] persons, single ages 0..100+
    years : the years of the two, or what else tells them apart
    """
    moments = [now] if later is None else [now, later]
    groups = [_groups(people) for people in moments]
    top = max(float(people.max(initial=0.0)) for people in groups)
    if not top > 0:
        return svg.message(key, WIDTH, HEIGHT / 2, heading, "There is no population to show.")
    positions, step = axis_positions(0.0, top, 5)
    per_person = SIDE / float(positions[-1])
    return svg.figure(
        key,
        WIDTH,
        HEIGHT,
        heading,
        _description(moments, years),
        *_axis(positions, step, per_person),
        *(_filled(groups[-1][sex], sex, per_person) for sex in (MALE, FEMALE)),
        *(_outline(groups[0][sex], sex, per_person) for sex in (MALE, FEMALE)),
        *_ages(),
        *_heads(),
        *(_key(years) if years else ()),
    )


def uncertain_pyramid(key: str, bounds: Floats, now: Floats, *, heading: str, years: tuple[int, int]) -> str:
    """Draw a later population by age and sex with its bounds, and today's as an outline.

    Parameters
    ----------
    key : name of the figure, unique on the page
    bounds : [bound, SEX, group], persons in five-year groups, 100 and over last: lower 95 and 80 %, median, upper 80
        and 95 %
    now : [SEX, group], persons
    years : the years of `now` and of `bounds`
    """
    top = max(float(bounds.max(initial=0.0)), float(now.max(initial=0.0)))
    if not top > 0:
        return svg.message(key, WIDTH, HEIGHT / 2, heading, "There is no population to show.")
    positions, step = axis_positions(0.0, top, 5)
    per_person = SIDE / float(positions[-1])
    median = bounds[len(bounds) // 2]
    said = (
        f"{year}: {persons(people[FEMALE].sum())} women and {persons(people[MALE].sum())} men"
        for year, people in zip(years, (now, median), strict=True)
    )
    return svg.figure(
        key,
        WIDTH,
        HEIGHT,
        heading,
        f"Population by sex and five-year age group, with bounds of 80 and 95 %. {'; '.join(said)}.",
        *_axis(positions, step, per_person),
        *(_filled(median[sex], sex, per_person) for sex in (MALE, FEMALE)),
        *(_whiskers(bounds[:, sex], sex, per_person) for sex in (MALE, FEMALE)),
        *(_outline(now[sex], sex, per_person) for sex in (MALE, FEMALE)),
        *_ages(),
        *_heads(),
        *_key(years),
    )


def _whiskers(bounds: Floats, sex: int, per_person: float) -> str:
    """Draw the bounds [bound, group] of one side: a bar of 80 % on a line of 95 %."""
    middle, sign = (LEFT + SIDE, -1) if sex == MALE else (LEFT + SIDE + AGE_COLUMN, 1)
    drawn = []
    for group, reach in enumerate((middle + sign * per_person * bounds).T):
        y = HEIGHT - BOTTOM - BAR * (group + 0.5)
        lower_95, lower_80, _, upper_80, upper_95 = (float(x) for x in reach)
        drawn.append(svg.polyline([(lower_95, y), (upper_95, y)], stroke=DARK[sex], stroke_width=1))
        drawn.append(svg.polyline([(lower_80, y), (upper_80, y)], stroke=DARK[sex], stroke_width=BAR / 3))
    return "".join(drawn)


def _groups(people: Floats) -> Floats:
    """Return [SEX, GROUP] persons in five-year groups; the open age is a group by itself."""
    return np.add.reduceat(np.nan_to_num(people), np.arange(0, AGES, GROUP), axis=1)


def _corners(groups: Floats, sex: int, per_person: float) -> list[svg.Point]:
    """Return the steps of one side from the youngest to the oldest, at the middle first and last."""
    middle, sign = (LEFT + SIDE, -1) if sex == MALE else (LEFT + SIDE + AGE_COLUMN, 1)
    reach = middle + sign * per_person * groups
    base = HEIGHT - BOTTOM
    steps = [(float(x), base - BAR * (i + up)) for i, x in enumerate(reach) for up in (0, 1)]
    return [(middle, base), *steps, (middle, base - BAR * len(groups))]


def _filled(groups: Floats, sex: int, per_person: float) -> str:
    return svg.tag("path", d=svg.path(_corners(groups, sex, per_person), closed=True), fill=FILL[sex])


def _outline(groups: Floats, sex: int, per_person: float) -> str:
    return svg.polyline(_corners(groups, sex, per_person), stroke=svg.INK, stroke_width=1.2, stroke_linejoin="round")


def _axis(positions: Floats, step: float, per_person: float) -> list[str]:
    """Draw the grid lines of both sides and their numbers, and say the unit once."""
    top = positions[-1]
    unit, words = next((size, name) for least, size, name in UNITS if top >= least)
    labels = [tick(position / unit, step / unit) for position in positions]
    room = per_person * step
    every = math.ceil((max(text_width(label, LETTERS) for label in labels) + 5) / room)
    drawn = []
    for middle, sign in ((LEFT + SIDE, -1), (LEFT + SIDE + AGE_COLUMN, 1)):
        for count, label in enumerate(labels):
            x = middle + sign * room * count
            drawn.append(svg.polyline([(x, TOP - 4), (x, HEIGHT - BOTTOM)], stroke=svg.RULE, stroke_width=0.8))
            if count % every == 0:
                drawn.append(_small(x, HEIGHT - BOTTOM + 14, label, "middle"))
    return [*drawn, _small(WIDTH / 2, HEIGHT - 5, words, "middle")]


def _small(x: float, y: float, words: str, anchor: str) -> str:
    return svg.text(x, y, words, text_anchor=anchor, font_size=LETTERS, fill=svg.MUTED)


def _ages() -> list[str]:
    """Write every second group's lowest age in the middle."""
    return [
        _small(
            WIDTH / 2, HEIGHT - BOTTOM - BAR * (group + 0.5) + 4, f"{age}" if age < OPEN_AGE else f"{age}+", "middle"
        )
        for group, age in enumerate(range(0, AGES, GROUP))
        if age % 20 == 0
    ]


def _key(years: tuple[int | str, int | str]) -> list[str]:
    now, later = years
    return [
        svg.tag("rect", x=WIDTH / 2 - 84, y=7, width=11, height=10, fill=FILL[MALE]),
        svg.tag("rect", x=WIDTH / 2 - 73, y=7, width=11, height=10, fill=FILL[FEMALE]),
        svg.text(WIDTH / 2 - 56, 16, f"{later}", font_size=LETTERS, fill=svg.INK),
        svg.tag("rect", x=WIDTH / 2 + 8, y=7, width=22, height=10, fill="none", stroke=svg.INK, stroke_width=1.2),
        svg.text(WIDTH / 2 + 36, 16, f"{now}", font_size=LETTERS, fill=svg.INK),
    ]


def _heads() -> list[str]:
    look: dict[str, str | float] = {"font_size": LETTERS + 1, "font_weight": "600", "fill": svg.INK}
    return [
        svg.text(LEFT - 8, 33, "Men", **look),
        svg.text(WIDTH - RIGHT + 8, 33, "Women", text_anchor="end", **look),
    ]


def _description(moments: list[Floats], years: tuple[int | str, int | str] | None) -> str:
    said = [
        f"{persons(people[FEMALE].sum())} women and {persons(people[MALE].sum())} men, "
        f"{share(people[:, 65:].sum() / people.sum() if people.sum() > 0 else None)} aged 65 and over"
        for people in moments
    ]
    if years:
        said = [f"{year}: {words}" for year, words in zip(years, said, strict=True)]
    return f"Population by sex and five-year age group. {'. '.join(said)}."
