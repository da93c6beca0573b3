"""Where things go in a figure: width of words, axis positions, labels that keep their distance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats

NARROW, WIDE, CAPITAL, LOWER = 0.30, 0.90, 0.72, 0.57
"""Advance of a letter in ems: sans-serif faces of the Helvetica kind, rounded up so that other faces fit as well."""
WIDE_FACE, WIDE_BOLD = 1.18, 1.28
"""How much wider than that the letters, figures and signs of the widest usual faces are (DejaVu Sans, Verdana)."""
ZERO_LINE = 0.5
"""An axis starts at zero unless all values lie beyond this part of the farthest one; then the figure says so."""
NO_ZERO = "The axis does not start at zero."


def text_width(words: str, size: float) -> float:
    """Estimate the width of a line of text in pixels, a little on the safe side."""
    return size * sum(_advance(letter) for letter in words)


def room_for(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width in pixels that a line of text needs in any usual face."""
    return text_width(words, size) * (WIDE_BOLD if bold else WIDE_FACE)


def wrap(words: str, longest: int) -> list[str]:
    """Break `words` into as few lines of about `longest` letters as can be, as even as they can be."""
    pieces = words.split(" ")
    wanted = max(1, min(len(pieces), math.ceil(len(words) / longest)))
    limit = math.ceil(len(words) / wanted)
    while len(lines := _greedy(pieces, limit)) > wanted:
        limit += 1
    return lines


def cut(words: str, size: float, room: float) -> str:
    """Return `words`, cut with an ellipsis where they are wider than `room` pixels."""
    whole = words
    while words and text_width(words, size) + (size if words != whole else 0) > room:
        words = words[:-1]
    return words if words == whole else f"{words.rstrip()}…"


def fit(words: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """Break `words` into lines no wider than `room` pixels, as even as they can be; a word too long for one is cut."""
    room /= WIDE_BOLD if bold else WIDE_FACE
    whole = " ".join(cut(word, size, room) for word in words.split())
    tries = (wrap(whole, longest) for longest in range(max(1, len(whole)), 0, -1))
    return next((lines for lines in tries if max(text_width(line, size) for line in lines) <= room), whole.split(" "))


def spread(positions: Sequence[float] | Floats, sizes: Sequence[float], low: float, high: float) -> Floats:
    """Move `positions` as little as possible, in the least-squares sense, until nothing overlaps.

    Item i fills `sizes[i]` around its position; the order is kept, and all stay inside [low, high] where they fit.
    This is isotonic regression of the positions less the room that earlier items take (pool adjacent violators).
    """
    order = np.argsort(np.asarray(positions, dtype=np.float64), kind="stable")
    size = np.asarray(sizes, dtype=np.float64)[order]
    room = np.concatenate([[0.0], np.cumsum((size[:-1] + size[1:]) / 2)]) if len(order) else np.zeros(0)
    pooled = _isotonic(np.asarray(positions, dtype=np.float64)[order] - room)
    moved = np.empty(len(order))
    if len(order):
        last = max(low + size[0] / 2, high - size[-1] / 2 - room[-1])
        moved[order] = np.clip(pooled, low + size[0] / 2, last) + room
    return moved


def nice_step(span: float, count: int) -> float:
    """Return the step 1, 2, 2.5 or 5 times a power of ten that cuts `span` into at most `count` parts."""
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / count))
    return next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0) if span <= count * step * power * (1 + 1e-9))


def nice_below(value: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that does not exceed `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= value * (1 + 1e-9))


def axis_positions(low: float, high: float, count: int) -> tuple[Floats, float]:
    """Return round positions that enclose [low, high], about `count` parts, and their step."""
    step = nice_step(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return step * np.arange(first, max(last, first + 1) + 1, dtype=np.float64), step


def far_from_zero(low: float, high: float) -> bool:
    """Tell whether an axis of values from `low` to `high` should leave out zero."""
    near, far = sorted((abs(low), abs(high)))
    return low * high > 0 and near > ZERO_LINE * far


def value_axis(low: float, high: float, count: int) -> tuple[Floats, float, str]:
    """Return `axis_positions` that hold zero unless it is far, their step, and the note that says so."""
    if far_from_zero(low, high):
        return *axis_positions(low, high, count), NO_ZERO
    return *axis_positions(min(0.0, low), max(0.0, high), count), ""


def _advance(letter: str) -> float:
    if letter in " .,:;'()[]|!ijlItfr-":
        return NARROW if letter not in "-trf()" else 0.36
    if letter in "mwMW":
        return WIDE
    return CAPITAL if letter.isupper() or ord(letter) > 0x2E7F else LOWER


def _greedy(pieces: Sequence[str], limit: int) -> list[str]:
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= limit:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines


def _isotonic(values: Floats) -> Floats:
    means: list[float] = []
    counts: list[int] = []
    for value in values:
        means.append(float(value))
        counts.append(1)
        while len(means) > 1 and means[-2] > means[-1]:
            count = counts[-2] + counts[-1]
            means[-2:] = [(means[-2] * counts[-2] + means[-1] * counts[-1]) / count]
            counts[-2:] = [count]
    return np.repeat(np.asarray(means), counts)
