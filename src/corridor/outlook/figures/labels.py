"""Label placement on a map: deterministic, nothing covered, the most important first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.outlook.figures.layout import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.axes import Floats

DIRECTIONS = ((1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1))
"""Where a label may stand beside its place, in order of preference: right, left, the corners, above, below."""
REACHES = (0.0, 12.0, 24.0, 38.0)
"""Pixels between a place and its label; from the second on a leader line joins them."""
LINE_HEIGHT = 1.15
RANK_COST, REACH_COST, SHORT_COST, COVER_COST = 0.4, 0.35, 14.0, 1.5
"""What a less preferred side, a pixel of leader, the short form and a covered point of a corridor cost (judgement)."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that a label or a circle fills."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two rectangles overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, width: float, height: float) -> bool:
        """Tell whether the rectangle lies inside a figure, two pixels from its edge."""
        return self.left >= 2 and self.top >= 2 and self.right <= width - 2 and self.bottom <= height - 2


@dataclass(frozen=True, slots=True)
class Wish:
    """A place that wants a label.

    Attributes
    ----------
    x, y, radius : its circle, pixels
    forms : what the label may say, each a list of lines, the preferred one first
    """

    x: float
    y: float
    radius: float
    forms: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Label:
    """Words that found room; `leader` tells that a line joins them to their place."""

    lines: Sequence[str]
    box: Box
    leader: bool
    cost: float


def place(wishes: Sequence[Wish], busy: Floats, size: float, extent: tuple[float, float]) -> list[Label | None]:
    """Place labels one by one in the order of `wishes`; None where no form finds room.

    Parameters
    ----------
    busy : [point, (x, y)] points that labels should rather not cover
    size : height of letters, pixels
    extent : width and height of the figure, pixels
    """
    circles = [_circle(wish) for wish in wishes]
    placed: list[Label | None] = []
    for number, wish in enumerate(wishes):
        taken = [circle for other, circle in enumerate(circles) if other != number]
        taken += [label.box for label in placed if label]
        free = [
            label
            for label in _candidates(wish, size)
            if label.box.within(*extent) and not any(label.box.meets(box) for box in taken)
        ]
        placed.append(min(free, key=lambda label: label.cost + COVER_COST * _covered(label.box, busy), default=None))
    return placed


def _candidates(wish: Wish, size: float) -> Iterator[Label]:
    for form, lines in enumerate(wish.forms):
        wide = max(text_width(line, size) for line in lines)
        high = len(lines) * size * LINE_HEIGHT
        for reach in REACHES:
            for rank, (dx, dy) in enumerate(DIRECTIONS):
                away = (wish.radius + 3.0 + reach) * (0.75 if dx and dy else 1.0)
                x, y = wish.x + dx * away, wish.y + dy * away
                left, top = x + wide * (dx - 1) / 2, y + high * (dy - 1) / 2
                cost = rank * RANK_COST + reach * REACH_COST + form * SHORT_COST
                yield Label(lines, Box(left, top, left + wide, top + high), reach > 0, cost)


def _circle(wish: Wish) -> Box:
    radius = wish.radius + 1.0
    return Box(wish.x - radius, wish.y - radius, wish.x + radius, wish.y + radius)


def _covered(box: Box, busy: Floats) -> int:
    x, y = busy[:, 0], busy[:, 1]
    return int(np.count_nonzero((x > box.left) & (x < box.right) & (y > box.top) & (y < box.bottom)))
