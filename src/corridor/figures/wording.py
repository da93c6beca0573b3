"""Numbers as people read them: three significant digits, thousands separators, a true minus sign, never "-0"."""

from __future__ import annotations

import math

MINUS = "\u2212"
MISSING = "no data"
FEW = 10
"""Below this a count of people is not shown: the estimates do not carry it (a judgement, not a published limit)."""


def persons(value: float) -> str:
    """Word a count of people: "1.24 million", "12,300", "fewer than 10", "0"; not a number reads "no data".

    Negative counts (net migration) carry a minus sign.
    """
    if math.isnan(value):
        return MISSING
    if 0 < abs(value) < FEW:
        return f"fewer than {FEW}"
    rounded = _three_digits(value)
    return (MINUS if rounded < 0 else "") + _scaled(abs(rounded))


def signed_persons(value: float) -> str:
    """Word a balance of people: as `persons`, with a plus sign where it is positive."""
    return ("+" if value >= FEW else "") + persons(value)


def between(low: str, high: str) -> str:
    """Word an interval from its worded ends, a unit of both said once: "1.20 to 3.40 million"."""
    number, _, unit = low.rpartition(" ")
    return f"{number if unit.isalpha() and high.endswith(f' {unit}') else low} to {high}"


def share(value: float | None) -> str:
    """Word a part of a whole, 0..1: "12.3%", "0%", "under 0.1%"; None and not a number read "no data"."""
    if value is None or math.isnan(value):
        return MISSING
    if 0 < value < 0.0005:
        return "under 0.1%"
    return f"{100 * value + 0.0:.1f}%".replace(".0%", "%").replace("-", MINUS)


def change(now: float, later: float) -> str:
    """Word the way from `now` to `later`: "+31%", "×4.2" from threefold on; "n/a" for few people, "new" from none."""
    if math.isnan(now) or math.isnan(later):
        return MISSING
    if max(abs(now), abs(later)) < FEW or now < 0 or later < 0:
        return "n/a"
    if now < FEW:
        return "new"
    ratio = later / now
    if ratio >= 3:
        return f"×{ratio:.1f}" if ratio < 100 else f"×{_three_digits(ratio):,.0f}"
    percent = round(100 * (ratio - 1))
    sign = "+" if percent > 0 else MINUS if percent < 0 else ""
    return f"{sign}{abs(percent)}%"


def fine_change(now: float, later: float) -> str:
    """Word a small change from `now` to `later`: "+3.2%", "0.0%"; "n/a" for few people."""
    if math.isnan(now) or math.isnan(later):
        return MISSING
    if max(abs(now), abs(later)) < FEW or now <= 0:
        return "n/a"
    percent = round(100 * (later / now - 1), 1) + 0.0
    return f"{'+' if percent > 0 else MINUS if percent < 0 else ''}{abs(percent):.1f}%"


def tick(value: float, step: float) -> str:
    """Label a position on an axis whose positions are `step` apart: "0", "250,000", "1.5 million"."""
    size = abs(value)
    if not size:
        return "0"
    sign = MINUS if value < 0 else ""
    for unit, word in ((1e9, " billion"), (1e6, " million")):
        if size >= unit:
            decimals = _decimals(step / unit)
            return f"{sign}{size / unit:,.{decimals}f}{word}"
    return f"{sign}{size:,.{_decimals(step)}f}"


def _decimals(step: float) -> int:
    """Return how many decimals tell positions `step` apart, none lost: 2.5 needs one."""
    return next((count for count in range(6) if abs(step * 10**count - round(step * 10**count)) < 1e-6), 6)


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}") + 0.0


def _scaled(size: float) -> str:
    for unit, word in ((1e9, " billion"), (1e6, " million")):
        if size >= unit:
            return f"{float(size / unit):#.3g}{word}".replace(". ", " ")
    return f"{size:,.0f}"
