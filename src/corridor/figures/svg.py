"""SVG as text: numbers, elements, paths, and the frame of an accessible figure."""

from __future__ import annotations

import html
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from corridor.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point: TypeAlias = tuple[float, float]

INK, MUTED, RULE, PAPER = "#1b2733", "#55636f", "#d5dce2", "#ffffff"
SEA, LAND = "#f2f6f9", "#dde3e0"
BLUE, ORANGE, NAVY = "#2474b5", "#bf5300", "#22354e"
"""Inward, outward, within: far apart in hue and in lightness, also for colour-blind eyes and on a grey printer."""
FAMILY = ("#1d5c94", "#d9772b", "#7fb2dd", "#8f4210", "#3b4c63", "#f0b06a", "#4b93cc", "#9a8f86")
"""Sectors of a chord diagram: neighbours alternate between the blue and the orange family."""
FONT = "'Helvetica Neue', Arial, 'Liberation Sans', Helvetica, sans-serif"

Content: TypeAlias = str
Attribute: TypeAlias = str | float


def escape(words: str) -> str:
    """Write words as the text of an element or the value of an attribute; nothing in them is obeyed."""
    return html.escape(visible(words))


def number(value: float) -> str:
    """Write a coordinate with at most one decimal: "12", "-0.5" as "-.5", never "-0"."""
    text = f"{value:.1f}".removesuffix(".0")
    if text in {"-0", "0"}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def tag(name: str, *content: Content, **attributes: Attribute) -> str:
    """Write an element; `content` is markup, attribute values are escaped, underscores in names become hyphens."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{value if isinstance(value, str) and _plain(value) else _value(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{''.join(content)}</{name}>" if content else f"<{name}{written}/>"


def text(x: float, y: float, words: str, **attributes: Attribute) -> str:
    """Write a line of text with its baseline at (x, y)."""
    return tag("text", escape(words), x=x, y=y, **attributes)


def title(words: str) -> str:
    """Write the words that appear when the pointer rests on an element."""
    return tag("title", escape(words))


def path(points: Iterable[Point], *, closed: bool) -> str:
    """Write path data through `points` in steps of a tenth of a pixel; equal neighbours are written once."""
    grid = [(round(10 * x), round(10 * y)) for x, y in points]
    if not grid:
        return ""
    steps = [f"M{number(grid[0][0] / 10)} {number(grid[0][1] / 10)}"]
    steps += [
        f"l{number((x1 - x0) / 10)} {number((y1 - y0) / 10)}"
        for (x0, y0), (x1, y1) in pairwise(grid)
        if (x0, y0) != (x1, y1)
    ]
    return "".join(steps).replace(" -", "-") + ("z" if closed else "")


def polyline(points: Sequence[Point], **attributes: Attribute) -> str:
    """Draw an open line through `points`."""
    return tag("path", d=path(points, closed=False), fill="none", **attributes)


def figure(key: str, width: float, height: float, heading: str, description: str, *body: str, top: float = 0.0) -> str:
    """Frame a figure from `top` down: `key` is unique on the page, a screen reader says `heading` and `description`."""
    return tag(
        "svg",
        tag("title", escape(heading), id=f"{key}-t"),
        tag("desc", escape(description), id=f"{key}-d"),
        *body,
        id=key,
        viewBox=f"0 {number(top)} {number(width)} {number(height)}",
        role="img",
        aria_labelledby=f"{key}-t {key}-d",
        font_family=FONT,
        xmlns="http://www.w3.org/2000/svg",
    )


def message(key: str, width: float, height: float, heading: str, words: str) -> str:
    """Frame a figure that has nothing to draw and says so."""
    words_shown = text(width / 2, height / 2, words, text_anchor="middle", font_size=13, fill=MUTED)
    field = tag("rect", width=width, height=height, rx=4, fill=SEA)
    return figure(key, width, height, heading, words, field, words_shown)


def _plain(value: str) -> bool:
    return value.isprintable() and not any(character in value for character in "&<>\"'")


def _value(value: Attribute) -> str:
    return escape(value) if isinstance(value, str) else number(value)
