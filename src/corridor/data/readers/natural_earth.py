"""Reader of the world's land, drawn without borders, from Natural Earth."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.data.table import Table
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from corridor.axes import Floats

    Point = tuple[float, float]
    Ring = list[Point]

SOURCE = "natural_earth"
DECIMALS = 2


def read(folder: Path) -> list[Table]:
    """Return `land`: the vertices of the rings that bound the world's land.

    Raises
    ------
    InputError : a file is missing, damaged or no GeoJSON of countries
    """
    coarse = _countries(folder / "geo" / "ne_110m_countries.geojson")
    fine = _countries(folder / "geo" / "ne_50m_countries.geojson")
    parts = _parts(_without_borders(ring for rings in coarse.values() for ring in rings))
    land = [np.array(rings[0]) for rings in parts]
    islands = [ring for name, rings in fine.items() if name not in coarse for ring in rings]
    parts += [[ring] for ring in islands if not any(_inside(land_ring, ring).any() for land_ring in land)]
    table = Table(
        name="land",
        frame=_frame(parts),
        source=SOURCE,
        unit="degrees of longitude and latitude",
        description="The outline of the world's land: parts, rings (0 the coast, others inland seas) and vertices.",
        notes=(
            "Shores at 1:110 million, with the small islands that these leave out at 1:50 million.",
            "Borders between countries are dissolved: the map takes no side on any of them.",
            f"Rounded to {DECIMALS} decimals and cut at 180 degrees; the last vertex of a ring joins the first.",
        ),
    )
    return [table]


def _countries(path: Path) -> dict[str, list[Ring]]:
    """Return the closed rings of each country."""
    rings: dict[str, list[Ring]] = {}
    try:
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            polygons = _polygons(feature["geometry"])
            name = str(feature["properties"]["iso3"])
            rings.setdefault(name, []).extend(_ring(points) for polygon in polygons for points in polygon)
        if not rings:
            raise ValueError("it has no features")  # noqa: TRY301 - told with the other faults of the file
    except OSError as error:
        problem = Problem(f"the file cannot be opened ({error.strerror})", "Check the path", str(path))
        raise InputError(problem) from error
    except (ValueError, KeyError, TypeError) as error:
        problem = Problem(f"the file is not GeoJSON of countries ({error})", "Get the file again", str(path))
        raise InputError(problem) from error
    return rings


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    coordinates: list[Any] = geometry["coordinates"]
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates]


def _ring(points: list[Any]) -> Ring:
    ring = [(float(longitude), float(latitude)) for longitude, latitude in points]
    if len(ring) < 4 or ring[0] != ring[-1] or not (np.abs(ring) <= (180, 90)).all():
        raise ValueError("a ring is closed, has three corners, and stays on the globe")
    return ring


def _without_borders(rings: Iterable[Ring]) -> list[Ring]:
    """Return the closed rings around the union: an edge that two neighbours share runs both ways and drops out."""
    edges = Counter(edge for ring in rings for edge in pairwise(ring) if edge[0] != edge[1])
    onward: dict[Point, list[Point]] = {}
    for (start, end), times in edges.items():
        if (alone := times - edges.get((end, start), 0)) > 0:
            onward.setdefault(start, []).extend([end] * alone)
    return list(_linked(onward))


def _linked(onward: dict[Point, list[Point]]) -> Iterator[Ring]:
    """Yield the rings that the edges form; as many edges leave a point as reach it, so every walk closes."""
    while onward:
        ring = [next(iter(onward))]
        while len(ring) == 1 or ring[-1] != ring[0]:
            ends = onward[ring[-1]]
            end = ends.pop()
            if not ends:
                del onward[ring[-1]]
            ring.append(end)
        yield ring


def _parts(rings: list[Ring]) -> list[list[Ring]]:
    """Return each coast with the inland seas inside it."""
    parts: list[list[Ring]] = []
    for ring in sorted(rings, key=_area, reverse=True):
        around = next((part for part in parts if _inside(np.array(part[0]), ring[:1]).all()), None)
        if around is None:
            parts.append([ring])
        else:
            around.append(ring)
    return parts


def _area(ring: Ring) -> float:
    """Return the area that a ring bounds, square degrees."""
    x, y = np.array(ring).T
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2.0


def _inside(ring: Floats, points: Ring) -> Any:  # noqa: ANN401 - an array of truth values
    """Return for each point whether a ray from it crosses the closed ring an odd number of times: it lies inside."""
    x, y = np.array(points).T[:, :, None]
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    crosses = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    return (crosses & (x < x0 + (y - y0) * (x1 - x0) / rise)).sum(axis=1) % 2 == 1


def _frame(parts: list[list[Ring]]) -> pd.DataFrame:
    """Return one row a vertex; rings that rounding shrinks to less than a triangle vanish."""
    rounded = [[kept for ring in rings if len(kept := _rounded(ring)) >= 3] for rings in parts]
    largest_first = sorted((rings for rings in rounded if rings), key=lambda rings: (-_area(rings[0]), rings))
    rows = [
        (part, number, vertex, longitude, latitude)
        for part, rings in enumerate(largest_first)
        for number, ring in enumerate(rings)
        for vertex, (longitude, latitude) in enumerate(ring)
    ]
    return pd.DataFrame(rows, columns=["part", "ring", "vertex", "longitude", "latitude"])


def _rounded(ring: Ring) -> Ring:
    """Return the ring without its closing vertex, rounded, no vertex twice in a row."""
    points = [(round(longitude, DECIMALS), round(latitude, DECIMALS)) for longitude, latitude in ring]
    return [point for point, onward in pairwise(points) if point != onward]
