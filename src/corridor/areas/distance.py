"""How far areas are apart on the globe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats

EARTH_RADIUS_KM = 6371.0


def great_circle_km(longitude: Floats, latitude: Floats) -> Floats:
    """Distance between points: [orig, dest], km.

    Parameters
    ----------
    longitude, latitude : [area], degrees
    """
    lon, lat = np.radians(longitude), np.radians(latitude)
    half_chord = (
        np.sin((lat[:, None] - lat) / 2.0) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2.0) ** 2
    )
    distance: Floats = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half_chord, 0.0, 1.0)))
    return distance
