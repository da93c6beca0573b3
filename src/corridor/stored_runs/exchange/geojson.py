"""Flows as lines on a map, in GeoJSON (RFC 7946): degrees of WGS 84, longitude first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from corridor.areas import areas
from corridor.data.tables.export import as_bytes
from corridor.errors import Problem
from corridor.stored_runs.exchange.made import metadata
from corridor.stored_runs.exchange.measures import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.stored_runs.exchange.content import Content

    Point = tuple[float, float]

MOST_FEATURES = 500_000
"""Lines of a file, about 200 MB: readers of maps hold all of a file in memory."""


def problems(content: Content) -> Iterator[Problem]:
    """Say that there are too many lines."""
    if len(content.flows) > MOST_FEATURES:
        fault = f"the map would have {len(content.flows):,} lines, and {MOST_FEATURES:,} are the most"
        yield Problem(fault, "Choose fewer flows with --group or --year")


def files(content: Content) -> dict[str, bytes]:
    """Return one collection of lines; the facts of how it was made are its member `metadata`."""
    head = json.dumps(metadata(content), indent=1, ensure_ascii=False)
    lines = ",\n".join(_features(content))
    return {"": as_bytes(f'{{"type": "FeatureCollection",\n"metadata": {head},\n"features": [\n{lines}\n]}}\n')}


def _features(content: Content) -> Iterator[str]:
    known = {area.iso3: area for area in areas()}
    shapes: dict[tuple[str, str], dict[str, Any]] = {}
    for row in content.flows.to_dict("records"):
        orig, dest = known[row["orig"]], known[row["dest"]]
        if (ends := (orig.iso3, dest.iso3)) not in shapes:
            shapes[ends] = line((orig.longitude, orig.latitude), (dest.longitude, dest.latitude))
        facts = {name: None if row[name] != row[name] else row[name] for name in STATISTICS if name in row}
        places = {"orig": orig.iso3, "dest": dest.iso3, "orig_name": orig.short_name, "dest_name": dest.short_name}
        feature = {"type": "Feature", "geometry": shapes[ends], "properties": {**places, "year": row["year"], **facts}}
        yield json.dumps(feature, ensure_ascii=False)


def line(start: Point, end: Point) -> dict[str, Any]:
    """Return the line between two points the shorter way round; one that crosses the antimeridian is cut there."""
    (west, low), (east, high) = start, end
    if abs(east - west) <= 180:
        return {"type": "LineString", "coordinates": [start, end]}
    side = 180.0 if west > 0 else -180.0
    whole = east + 2 * side - west
    latitude = low + (high - low) * (side - west) / whole
    return {"type": "MultiLineString", "coordinates": [[start, (side, latitude)], [(-side, latitude), end]]}
