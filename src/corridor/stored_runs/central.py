"""The run at the medians of all parameters: its figures, and how a place keeps them in Zarr, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.axes import AGES, SEXES
from corridor.seals import checked_content
from corridor.stored_runs.zarr_arrays import ArrayForm, descriptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats
    from corridor.projection.engine import Projection
    from corridor.stored_runs.places import Place

CENTRAL = "central.zarr"
AXES = {
    "flows": ("year", "orig", "dest"),
    "population": ("date", "area", "sex", "age"),
    "stocks": ("date", "birthplace", "residence"),
    "births": ("year", "area", "sex"),
    "deaths": ("year", "area", "sex"),
    "net_migration": ("year", "area"),
}
"""Figure -> its axes; dates are 1 January, one more than there are years."""


@dataclass(frozen=True, slots=True)
class Central:
    """The figures of the run at the medians, in persons; axes are those of `AXES`.

    Attributes
    ----------
    flows : moves of a year
    population, stocks : people on 1 January; natives are on the diagonal of stocks
    births, deaths : of a year, deaths by cohort
    net_migration : immigrants minus emigrants of a year, as they change the population
    """

    flows: Floats
    population: Floats
    stocks: Floats
    births: Floats
    deaths: Floats
    net_migration: Floats

    @classmethod
    def of(cls, projection: Projection) -> Central:
        """Take the figures of a projection."""
        net = projection.net_migration + projection.correction.sum(axis=(2, 3))
        return cls(projection.flows, projection.population, projection.stock, projection.births, projection.deaths, net)

    def measures(self) -> dict[str, Floats]:
        """Return measure -> [year, area]; population is at the beginning of the year."""
        return {
            "population": self.population[:-1].sum(axis=(2, 3)),
            "births": self.births.sum(axis=2),
            "deaths": self.deaths.sum(axis=2),
            "net_migration": self.net_migration,
            "moves_in": self.flows.sum(axis=1),
            "moves_out": self.flows.sum(axis=2),
        }


def central_files(central: Central, years: Sequence[int]) -> dict[str, bytes]:
    """Return path -> content of all files of the arrays."""
    forms = _forms(len(years))
    stated = {
        "unit": "persons",
        "years": list(years),
        "dates": f"1 January {years[0]} to {years[-1] + 1}",
        "areas": list(codes()),
        "sexes": list(SEXES),
    }
    files = {f"{CENTRAL}/{name}": content for name, content in descriptions(forms, stated).items()}
    for name, form in forms.items():
        files |= {f"{CENTRAL}/{key}": content for key, content in form.chunks(name, 0, getattr(central, name))}
    return files


def read_central(place: Place, sums: Mapping[str, str], years: int, remedy: str) -> Central:
    """Read the figures from a place; a file that is not the one with the sum raises `InputError`."""
    read = {}
    for name, form in _forms(years).items():
        path = f"{CENTRAL}/{form.key(name, 0)}"
        content = checked_content(
            lambda path=path: place.read(path, remedy),  # type: ignore[misc]  # path has a default
            sums.get(path),
            remedy,
            place.path(path),
        )
        read[name] = form.values(content)
    return Central(**read)


def central_bytes(years: int) -> int:
    """Return the bytes that the figures take."""
    return sum(form.chunk_bytes for form in _forms(years).values())


def _forms(years: int) -> dict[str, ArrayForm]:
    areas = len(codes())
    lengths = {"year": years, "date": years + 1, "sex": len(SEXES), "age": AGES}
    shapes = {name: tuple(lengths.get(axis, areas) for axis in axes) for name, axes in AXES.items()}
    return {name: ArrayForm(shape, shape, AXES[name], np.dtype("<f8").str) for name, shape in shapes.items()}
