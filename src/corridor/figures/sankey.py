"""A Sankey diagram: origins on the left, destinations on the right, bands as wide as the moves between them.

Both sides are ordered so that few people cross: positions are means of the partners' positions, weighted by moves
(Sugiyama, Tagawa & Toda 1981), then neighbours change places while that helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.figures import svg
from corridor.figures.layout import text_width, wrap
from corridor.figures.wording import persons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats, Integers

LETTERS, LINE = 11.0, 13.0
TOP, BOTTOM = 30.0, 8.0
BAR, SPACE = 10.0, 7.0
"""Pixels: thickness of the bars, room between a bar and its label."""
PEOPLE = 360.0
"""Pixels that all moves together fill."""
GAP, WIDEST_GAP = 4.0, 14.0
"""Pixels between the slots of a side, at least and at most."""
LABEL_PART = 0.29
"""Part of the width that the labels of a side may fill."""
LETTER = 0.6
"""Mean advance of a letter in ems, for where lines break."""
SWEEPS = 12
NO_BREAK = "\u00a0"
THINNEST = 0.4
"""Pixels; thinner bands are not drawn, their people still count in the bars."""


@dataclass(frozen=True, slots=True)
class SankeySide:
    """The bars of one side, from the top down.

    Attributes
    ----------
    names : what they stand for
    totals : [bar] persons a year
    labels : lines of text of each bar; the last line ends with the total
    tops : [bar] upper ends, pixels
    unit : pixels a person
    """

    names: Sequence[str]
    totals: Floats
    labels: Sequence[Sequence[str]]
    tops: Floats
    unit: float

    @property
    def sizes(self) -> Floats:
        """Lengths of the bars, pixels."""
        return self.totals * self.unit


def sankey(
    key: str,
    origins: Sequence[str],
    destinations: Sequence[str],
    flows: Floats,
    *,
    heading: str,
    width: float = 760.0,
    colours: tuple[Sequence[str], Sequence[str]] | None = None,
    last: Sequence[str] = (),
) -> str:
    """Draw the moves from origins to destinations.

    Parameters
    ----------
    key : name of the figure, unique on the page
    origins, destinations : what the labels say; without moves they are left out
    flows : [ORIG, DEST] over them, persons a year
    width : pixels; letters are 11 pixels high
    colours : of the origins (and their bands) and of the destinations; by default colours take turns down the
        origins, and destinations are grey
    last : names that stand at the lower end of their side wherever their moves go ("Other")
    """
    moves = np.nan_to_num(flows)
    from_, to = _order(moves, [name in last for name in origins], [name in last for name in destinations])
    if not from_:
        return svg.message(key, width, 120.0, heading, "There are no moves to show.")
    moves = moves[np.ix_(from_, to)]
    left, right = _sides([origins[i] for i in from_], [destinations[i] for i in to], moves, width)
    if colours:
        paints = [colours[0][i] for i in from_], [colours[1][i] for i in to]
    else:
        turns = [svg.FAMILY[i % (len(svg.FAMILY) - 1)] for i in range(len(from_))]
        paints = _paints(left, turns, last), _paints(right, [svg.MUTED] * len(to), last)
    edges = _room(left) + BAR, width - _room(right) - BAR
    height = max(float(side.tops[-1] + side.sizes[-1] + _overhang(side)[-1]) for side in (left, right)) + BOTTOM
    return svg.figure(
        key,
        width,
        height,
        heading,
        _description(left, right, moves),
        *_bands(left, right, moves, edges, paints[0]),
        *_bars(left, edges[0] - BAR, "leave", paints[0], leftward=True),
        *_bars(right, edges[1], "arrive", paints[1], leftward=False),
        _head(edges[0], "From", "end"),
        _head(edges[1], "To", "start"),
    )


def _paints(side: SankeySide, usual: Sequence[str], last: Sequence[str]) -> list[str]:
    """Return the colours of a side: `usual`, and a pale one for what stands last."""
    return [svg.FAMILY[-1] if name in last else paint for name, paint in zip(side.names, usual, strict=True)]


def crossings(moves: Floats) -> float:
    """Return how much crosses, the sum of products of crossing moves, when [ORIG, DEST] are drawn in this order."""
    below = moves[::-1].cumsum(axis=0)[::-1][1:]
    before = below.cumsum(axis=1)[:, :-1]
    return float((moves[:-1, 1:] * before).sum())


def _order(moves: Floats, last_row: Sequence[bool], last_column: Sequence[bool]) -> tuple[list[int], list[int]]:
    """Return rows and columns with moves in the order with the fewest crossings found; those marked last stay last."""
    from_, to = np.flatnonzero(moves.sum(axis=1) > 0), np.flatnonzero(moves.sum(axis=0) > 0)
    kept, marks = moves[np.ix_(from_, to)], (np.array(last_row)[from_], np.array(last_column)[to])
    rows, columns = np.lexsort((-kept.sum(axis=1), marks[0])), np.lexsort((-kept.sum(axis=0), marks[1]))
    best = rows, columns
    for _ in range(SWEEPS):
        columns = _by_partners(kept[rows].T, marks[1])
        rows = _by_partners(kept[:, columns], marks[0])
        best = min(best, (rows, columns), key=lambda order: crossings(kept[np.ix_(*order)]))
    rows, columns = best
    for _ in range(SWEEPS):
        rows = _swapped(kept[:, columns], rows, marks[0])
        columns = _swapped(kept[rows].T, columns, marks[1])
    return from_[rows].tolist(), to[columns].tolist()


def _by_partners(moves: Floats, last: Booleans) -> Integers:
    """Order rows by the mean position of their partners, the columns."""
    means = moves @ np.arange(moves.shape[1]) / moves.sum(axis=1)
    return np.lexsort((means, last))


def _swapped(moves: Floats, order: Integers, last: Booleans) -> Integers:
    """Exchange neighbouring rows wherever fewer people cross then, once from the top down."""
    order = order.copy()
    for i in range(len(order) - 1):
        pair = moves[order[i : i + 2]]
        if not last[order[i + 1]] and crossings(pair[::-1]) < crossings(pair) * (1 - 1e-9):
            order[i : i + 2] = order[i + 1], order[i]
    return order


def _sides(
    origins: Sequence[str], destinations: Sequence[str], moves: Floats, width: float
) -> tuple[SankeySide, SankeySide]:
    """Place the bars of both sides; every bar has room for its label, the shorter side is centred."""
    unit = PEOPLE / float(moves.sum())
    letters = max(8, int(LABEL_PART * width / (LETTER * LETTERS)))
    sides = []
    for names, totals in ((origins, moves.sum(axis=1)), (destinations, moves.sum(axis=0))):
        labels = [_label(name, float(total), letters) for name, total in zip(names, totals, strict=True)]
        slots = np.maximum(totals * unit, [len(label) * LINE for label in labels])
        sides.append((names, totals, labels, slots))
    height = max(float(slots.sum()) + GAP * (len(slots) - 1) for *_, slots in sides)
    left, right = (SankeySide(n, t, words, _tops(t * unit, slots, height), unit) for n, t, words, slots in sides)
    return left, right


def _label(name: str, total: float, letters: int) -> list[str]:
    return wrap(f"{name} {persons(total).replace(' ', NO_BREAK)}", letters)


def _tops(sizes: Floats, slots: Floats, height: float) -> Floats:
    """Return the upper ends of bars centred in `slots` that share `height`."""
    free = height - float(slots.sum())
    gap = min(WIDEST_GAP, free / (len(slots) - 1)) if len(slots) > 1 else 0.0
    start = TOP + (free - gap * (len(slots) - 1)) / 2
    starts = start + np.concatenate([[0.0], np.cumsum(slots[:-1] + gap)])
    return starts + (slots - sizes) / 2


def _overhang(side: SankeySide) -> Floats:
    """Return how far each label reaches beyond its bar, above and below, pixels."""
    return np.maximum(0.0, (np.array([len(label) * LINE for label in side.labels]) - side.sizes) / 2)


def _room(side: SankeySide) -> float:
    return max(text_width(line, LETTERS) for label in side.labels for line in label) + SPACE + 2


def _bands(
    left: SankeySide, right: SankeySide, moves: Floats, edges: tuple[float, float], paints: Sequence[str]
) -> list[str]:
    """Draw a band for every flow; at a bar they stand in the order of the other side, so that none cross there."""
    thick = moves * left.unit
    leaves = left.tops[:, None] + thick.cumsum(axis=1) - thick
    arrives = right.tops + thick.cumsum(axis=0) - thick
    drawn = np.argwhere(thick >= THINNEST).tolist()
    drawn.sort(key=lambda pair: -moves[pair[0], pair[1]])
    return [
        svg.tag(
            "path",
            svg.title(f"{left.names[o]} to {right.names[d]}: {persons(moves[o, d])} a year"),
            d=_band(edges, float(leaves[o, d]), float(arrives[o, d]), float(thick[o, d])),
            fill=paints[o],
            fill_opacity=".55",
        )
        for o, d in drawn
    ]


def _band(edges: tuple[float, float], start: float, end: float, thick: float) -> str:
    n = svg.number
    (x0, x1), middle = edges, sum(edges) / 2
    return (
        f"M{n(x0)} {n(start)}C{n(middle)} {n(start)} {n(middle)} {n(end)} {n(x1)} {n(end)}v{n(thick)}"
        f"C{n(middle)} {n(end + thick)} {n(middle)} {n(start + thick)} {n(x0)} {n(start + thick)}z"
    )


def _bars(side: SankeySide, x: float, verb: str, paints: Sequence[str], *, leftward: bool) -> list[str]:
    """Draw the bars of a side at `x`, and their labels away from the middle."""
    drawn = []
    edge, anchor = (x - SPACE, "end") if leftward else (x + BAR + SPACE, "start")
    for name, total, top, size, label, paint in zip(
        side.names, side.totals, side.tops, side.sizes, side.labels, paints, strict=True
    ):
        hover = svg.title(f"{name}: {persons(float(total))} {verb} a year")
        drawn.append(svg.tag("rect", hover, x=x, y=float(top), width=BAR, height=max(float(size), 0.5), fill=paint))
        first = float(top + size / 2) + 0.36 * LETTERS - LINE * (len(label) - 1) / 2
        look: dict[str, svg.Attribute] = {"text_anchor": anchor, "font_size": LETTERS, "fill": svg.INK}
        for row, line in enumerate(label):
            words = _words(line, total=row == len(label) - 1)
            drawn.append(svg.tag("text", words, x=edge, y=first + LINE * row, **look))
    return drawn


def _words(line: str, *, total: bool) -> str:
    """Write a line as markup, the total that ends a label in a paler colour."""
    name, blank, rest = line.rpartition(" ") if total else (line, "", "")
    return svg.escape(name + blank) + (svg.tag("tspan", rest, fill=svg.MUTED) if rest else "")


def _head(x: float, words: str, anchor: str) -> str:
    return svg.text(x, 14, words, text_anchor=anchor, font_size=LETTERS + 1, font_weight="600", fill=svg.INK)


def _description(left: SankeySide, right: SankeySide, moves: Floats) -> str:
    order = np.argsort(-moves, axis=None, kind="stable")[:3]
    pairs = [divmod(int(place), len(right.names)) for place in order if moves.flat[place] > 0]
    first = "; ".join(f"{left.names[o]} to {right.names[d]} {persons(moves[o, d])}" for o, d in pairs)
    sides = ((left.names, "origin"), (right.names, "destination"))
    many = ", ".join(f"{len(names)} {word}{'s' * (len(names) > 1)}" for names, word in sides)
    return f"{many}, {persons(moves.sum())} moves a year. The largest: {first}."
