"""The Equal Earth map projection, a window on it, and land as path data.

Šavrič, Patterson & Jenny (2019), The Equal Earth map projection, IJGIS 33(3): areas keep their size, so circles and
corridors of two places can be compared anywhere on the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.figures import svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.axes import Floats

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
WORLD_CENTRE = 11.0
"""Central meridian where the places go round the globe: the cut then runs through the Bering Strait."""
WORLD_ARC = 300.0
WORLD_SOUTH, WORLD_NORTH = -57.0, 82.0
LEAST_SPAN = 1.0
"""Smallest width of a window, earth radii (about 6,400 km): one small state still shows where it is."""
PACIFIC = -169.0
"""Where atlases cut the globe, degrees."""
FAR = 120.0
"""Degrees from the central meridian; places nearer than that lie on their nearer side."""
LONGEST_EDGE = 3.0
"""Degrees; longer edges are cut so that they follow the curves of the projection."""
SMALLEST_RING = 0.6
"""Square pixels; smaller pieces of land are left out."""
BLEED = 3.0
"""Pixels of land beyond the window, so that its cut edges are not seen."""


@dataclass(frozen=True, slots=True)
class MapWindow:
    """A rectangle of the projected earth, `width` x `height` pixels.

    Attributes
    ----------
    centre : central meridian, degrees
    scale : pixels per earth radius
    left, top : projected coordinates of the upper left corner, earth radii
    """

    centre: float
    scale: float
    left: float
    top: float
    width: float
    height: float

    def pixels(self, lon: Floats, lat: Floats) -> Floats:
        """Return [point, (x, y)] in pixels of the window; places far beyond it lie where atlases show them."""
        near = (lon - self.centre + 180.0) % 360.0 - 180.0
        far = (lon - PACIFIC) % 360.0 - (self.centre - PACIFIC) % 360.0
        x, y = equal_earth(np.where(np.abs(near) > FAR, far, near), lat)
        return self._place(x, y)

    def _place(self, x: Floats, y: Floats) -> Floats:
        return np.stack([(x - self.left) * self.scale, (self.top - y) * self.scale], axis=-1)

    def land(self, rings: Sequence[Floats]) -> str:
        """Return the path data of the `rings`, each (n, 2) longitude and latitude, inside the window."""
        return "".join(
            svg.path([(float(x), float(y)) for x, y in piece], closed=True)
            for ring in rings
            for piece in self._pieces(np.asarray(ring, dtype=np.float64))
        )

    def _pieces(self, ring: Floats) -> Iterator[Floats]:
        for turn in (-360.0, 0.0, 360.0):
            shifted = ring - np.array([self.centre - turn, 0.0])
            if shifted[:, 0].max() <= -180.0 or shifted[:, 0].min() >= 180.0:
                continue
            cut = _clip(_clip(_densified(shifted), 0, -180.0, 1.0), 0, 180.0, -1.0)
            if len(cut) < 3:
                continue
            piece = self._place(*equal_earth(cut[:, 0], cut[:, 1]))
            for axis, extent in ((0, self.width), (1, self.height)):
                piece = _clip(_clip(piece, axis, -BLEED, 1.0), axis, extent + BLEED, -1.0)
            if len(piece) >= 3 and _area(piece) >= SMALLEST_RING:
                yield piece


def equal_earth(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Project degrees (longitude from the central meridian) to x and y in earth radii."""
    theta = np.arcsin(np.sqrt(3.0) / 2.0 * np.sin(np.radians(lat)))
    t2 = theta**2
    t6 = t2**3
    slope = 9.0 * A4 * t6 * t2 + 7.0 * A3 * t6 + 3.0 * A2 * t2 + A1
    x = 2.0 * np.sqrt(3.0) / 3.0 * np.radians(lon) * np.cos(theta) / slope
    return x, theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))


def window(lon: Floats, lat: Floats, width: float, shape: tuple[float, float], margin: float) -> MapWindow:
    """Fit a window `width` pixels wide around places.

    Parameters
    ----------
    lon, lat : [place] degrees
    shape : least and greatest height, as parts of the width
    margin : room on each side, as a part of the extent of the places
    """
    centre, arc = _middle(lon)
    if arc > WORLD_ARC:
        centre, margin = WORLD_CENTRE, 0.0
        x, y = equal_earth(np.array([-180.0, 180.0, 0.0, 0.0]), np.array([0.0, 0.0, WORLD_SOUTH, WORLD_NORTH]))
    else:
        x, y = equal_earth((lon - centre + 180.0) % 360.0 - 180.0, lat)
    across, down = max(np.ptp(x) * (1 + 2 * margin), LEAST_SPAN), max(np.ptp(y) * (1 + 2 * margin), LEAST_SPAN / 2)
    across = max(across, down / shape[1])
    down = min(max(down, across * shape[0]), across * shape[1])
    left, top = (x.max() + x.min() - across) / 2, (y.max() + y.min() + down) / 2
    return MapWindow(centre, width / across, float(left), float(top), width, width * down / across)


def _middle(lon: Floats) -> tuple[float, float]:
    """Return the middle of the shortest arc that holds all longitudes, and its length, degrees."""
    if not len(lon):
        return WORLD_CENTRE, 360.0
    turned = np.sort(lon % 360.0)
    gaps = np.diff(np.append(turned, turned[0] + 360.0))
    widest = int(np.argmax(gaps))
    arc = 360.0 - float(gaps[widest])
    start = float(turned[(widest + 1) % len(turned)])
    return (start + arc / 2 + 180.0) % 360.0 - 180.0, arc


def _densified(ring: Floats) -> Floats:
    onward = np.roll(ring, -1, axis=0) - ring
    parts = np.maximum(1, np.ceil(np.abs(onward).max(axis=1) / LONGEST_EDGE)).astype(np.int64)
    first = np.repeat(np.arange(len(ring)), parts)
    step = np.arange(len(first)) - np.repeat(np.cumsum(parts) - parts, parts)
    cut: Floats = ring[first] + onward[first] * (step / parts[first])[:, None]
    return cut


def _clip(ring: Floats, axis: int, bound: float, side: float) -> Floats:
    """Cut a polygon by a half-plane: keep where `side * (coordinate - bound) >= 0` (Sutherland and Hodgman 1974)."""
    depth = side * (ring[:, axis] - bound)
    inside = depth >= 0
    if inside.all() or not inside.any():
        return ring if inside.all() else ring[:0]
    onward, deeper = np.roll(ring, -1, axis=0), np.roll(depth, -1)
    crossing = inside != (deeper >= 0)
    part = np.divide(depth, depth - deeper, out=np.zeros_like(depth), where=crossing)
    both = np.stack([ring, ring + part[:, None] * (onward - ring)], axis=1)
    kept: Floats = both[np.stack([inside, crossing], axis=1)]
    return kept


def _area(ring: Floats) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
