"""Label placement on a map: deterministic, nothing covered, the most important first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.figures.layout import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.axes import Booleans, Floats

DIRECTIONS = ((1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1))
"""Where a label may stand beside its place, in order of preference: right, left, the corners, above, below."""
REACHES = (0.0, 12.0, 24.0, 38.0)
"""Pixels between a place and its label; from the second on a leader line joins them."""
LINE_HEIGHT = 1.15
EDGE = 2.0
"""Pixels between a label and the edge of the figure."""
RANK_COST, REACH_COST, SHORT_COST, COVER_COST = 0.4, 0.35, 14.0, 1.5
"""What a less preferred side, a pixel of leader, the short form and a covered point of a corridor cost (judgement)."""


@dataclass(frozen=True, slots=True)
class Box:
    """The rectangle that a label fills, pixels."""

    left: float
    top: float
    right: float
    bottom: float


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

    def foot(self, x: float, y: float) -> tuple[float, float]:
        """Return the end of the leader line from a place at (x, y): the nearest point of the words."""
        box = self.box
        return min(max(x, box.left), box.right), min(max(y, box.top + 2), box.bottom - 2)


def place(wishes: Sequence[Wish], busy: Floats, size: float, extent: tuple[float, float]) -> list[Label | None]:
    """Place labels one by one in the order of `wishes`; None where no form finds room.

    Parameters
    ----------
    busy : [point, (x, y)] points that labels should rather not cover
    size : height of letters, pixels
    extent : width and height of the figure, pixels
    """
    circles = np.array([_circle(wish) for wish in wishes]).reshape(-1, 4)
    placed: list[Label | None] = []
    for number, wish in enumerate(wishes):
        names = [(label.box.left, label.box.top, label.box.right, label.box.bottom) for label in placed if label]
        taken = np.concatenate([np.delete(circles, number, axis=0), np.array(names).reshape(-1, 4)])
        placed.append(_best(wish, taken, busy, size, extent))
    return placed


def _best(wish: Wish, taken: Floats, busy: Floats, size: float, extent: tuple[float, float]) -> Label | None:
    """Return the cheapest candidate that lies inside the figure and meets no rectangle of `taken` [box, 4]."""
    labels, costs = zip(*_candidates(wish, size), strict=True)
    boxes = np.array([(label.box.left, label.box.top, label.box.right, label.box.bottom) for label in labels])
    inside = np.all((boxes[:, :2] >= EDGE) & (boxes[:, 2:] <= np.array(extent) - EDGE), axis=1)
    over = np.all((boxes[:, None, :2] < taken[:, 2:]) & (taken[:, :2] < boxes[:, None, 2:]), axis=2)
    way = np.array([label.foot(wish.x, wish.y) for label in labels]) - (wish.x, wish.y)
    leader = (wish.x, wish.y) + way[:, None] * np.linspace(0.15, 0.9, 6)[:, None]
    crossed = _within(leader.reshape(-1, 2), taken).any(axis=1).reshape(len(labels), -1).any(axis=1)
    free = inside & ~over.any(axis=1) & ~(crossed & np.array([label.leader for label in labels]))
    if not free.any():
        return None
    covered = _within(busy, boxes).sum(axis=0)
    best: Label = labels[int(np.argmin(np.where(free, np.array(costs) + COVER_COST * covered, np.inf)))]
    return best


def _within(points: Floats, boxes: Floats) -> Booleans:
    """Tell which points lie in which rectangles: [point, box]."""
    x, y = points.T[..., None]
    left, top, right, bottom = boxes.T
    inside: Booleans = (x > left) & (x < right) & (y > top) & (y < bottom)
    return inside


def _candidates(wish: Wish, size: float) -> Iterator[tuple[Label, float]]:
    """Yield every position of every form, with its cost."""
    for form, lines in enumerate(wish.forms):
        wide = max(text_width(line, size) for line in lines)
        high = len(lines) * size * LINE_HEIGHT
        for reach in REACHES:
            for rank, (dx, dy) in enumerate(DIRECTIONS):
                away = (wish.radius + 3.0 + reach) * (0.75 if dx and dy else 1.0)
                x, y = wish.x + dx * away, wish.y + dy * away
                left, top = x + wide * (dx - 1) / 2, y + high * (dy - 1) / 2
                cost = rank * RANK_COST + reach * REACH_COST + form * SHORT_COST
                yield Label(lines, Box(left, top, left + wide, top + high), reach > 0), cost


def _circle(wish: Wish) -> tuple[float, float, float, float]:
    radius = wish.radius + 1.0
    return wish.x - radius, wish.y - radius, wish.x + radius, wish.y + radius
