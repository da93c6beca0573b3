"""Arrays with labels on their axes: the results of a run, read by label and read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    import pandas as pd
    import xarray as xr

MOST_LABELS = 3
"""The number of labels at the beginning of an axis that a representation shows."""


@dataclass(frozen=True, eq=False, repr=False)
class Labelled:
    """Figures with a label for every position on every axis; they are read-only.

    Attributes
    ----------
    name : name of the measure, such as "flows"
    values : the figures, with one dimension for each axis, read-only
    axes : name of the axis -> its labels, in the order of the dimensions: years, ISO codes, sexes, ages
    unit : unit of the figures, such as "persons a year"
    """

    name: str
    values: npt.NDArray[Any]
    axes: Mapping[str, Sequence[object]]
    unit: str

    def __post_init__(self) -> None:
        lengths = tuple(len(labels) for labels in self.axes.values())
        if lengths != self.values.shape:
            raise ValueError(f"{self.name}: axes of {lengths} for values of {self.values.shape}")
        view = self.values.view()
        view.flags.writeable = False
        object.__setattr__(self, "values", view)

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return self.values.shape

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Return the figures for NumPy."""
        return np.array(self.values, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self.values)

    def at(self, **labels: object) -> Labelled:
        """Return the figures at some labels; a single label removes its axis, a list of labels keeps it.

        Examples: `flows.at(orig="UZB", dest="KAZ", year=2050)`, `flows.at(orig=["UZB", "TJK"])`. If no axis is
        left, the result is a single figure, and `float(...)` converts it.

        Raises
        ------
        InputError
            With every axis or label that does not exist.
        """
        problems = [
            Problem(f"{self.name} do not have this axis", spelling(axis, list(self.axes)), column=f"{axis}=")
            for axis in labels
            if axis not in self.axes
        ]
        chosen = [
            self._places(axis, labels[axis], problems) if axis in labels else list(range(len(known)))
            for axis, known in self.axes.items()
        ]
        if problems:
            raise InputError(problems)
        values = self.values[np.ix_(*([place] if isinstance(place, int) else place for place in chosen))]
        gone = tuple(at for at, place in enumerate(chosen) if isinstance(place, int))
        left = {
            axis: [known[one] for one in place]
            for (axis, known), place in zip(self.axes.items(), chosen, strict=True)
            if not isinstance(place, int)
        }
        return Labelled(self.name, values.squeeze(gone), left, self.unit)

    def _places(self, axis: str, asked: object, problems: list[Problem]) -> int | list[int]:
        """Return the place of a label, or of several; adds labels that do not exist to `problems`."""
        several = isinstance(asked, (list, tuple, range, np.ndarray))
        known = {label: place for place, label in enumerate(self.axes[axis])}
        found = []
        for label in asked if several else [asked]:  # type: ignore[attr-defined]  # several: it can be walked through
            place = known.get(label) if isinstance(label, (str, int, np.integer)) else None
            if place is None:
                fault = f"this is not a {axis} of {self.name}"
                remedy = spelling(str(label), [str(one) for one in known])
                problems.append(Problem(fault, remedy, column=f"{axis}=", value=label))
            else:
                found.append(place)
        return found if several or not found else found[0]

    def sum(self, *axes: str) -> Labelled:
        """Return sums over some axes, or over all axes if none is named."""
        unknown = [axis for axis in axes if axis not in self.axes]
        if unknown:
            raise InputError(
                Problem(f"{self.name} do not have this axis", spelling(axis, list(self.axes)), value=axis)
                for axis in unknown
            )
        over = axes or tuple(self.axes)
        places = tuple(place for place, axis in enumerate(self.axes) if axis in over)
        left = {axis: labels for axis, labels in self.axes.items() if axis not in over}
        return Labelled(self.name, np.asarray(self.values.sum(axis=places, dtype=np.float64)), left, self.unit)

    def __float__(self) -> float:
        if self.values.size != 1:
            fault = f"{self.name} of shape {self.shape} are no single figure"
            raise InputError(Problem(fault, f"Name a label on each axis: .at({', '.join(self.axes)})"))
        return float(self.values.reshape(()))

    def to_frame(self) -> pd.DataFrame:
        """Return a long table with a column for each axis and one for the figures; rows of zero are left out."""
        import pandas as pd  # noqa: PLC0415 - only tables need it

        places = np.nonzero(self.values)
        columns = {axis: _column(labels)[at] for (axis, labels), at in zip(self.axes.items(), places, strict=True)}
        return pd.DataFrame({**columns, self.name: self.values[places]})

    def to_xarray(self) -> xr.DataArray:
        """Return the figures as a `xarray.DataArray` with the same labels."""
        import xarray as xr  # noqa: PLC0415 - only this format needs it

        coordinates = {axis: _column(labels) for axis, labels in self.axes.items()}
        return xr.DataArray(
            self.values.copy(), coords=coordinates, dims=list(self.axes), name=self.name, attrs={"units": self.unit}
        )

    def __repr__(self) -> str:
        head = f"{self.name}, {self.unit}"
        if not self.axes:
            return f"{head}: {float(self):,.1f}"
        return "\n".join([head, *(f"  {axis} ({len(labels)}): {_shown(labels)}" for axis, labels in self.axes.items())])


def _column(labels: Sequence[object]) -> npt.NDArray[Any]:
    """Return labels as an array of whole numbers or of words."""
    numbers = all(isinstance(label, (int, np.integer)) for label in labels)
    return np.array(labels, dtype=np.int64 if numbers else object)


def _shown(labels: Sequence[object]) -> str:
    if len(labels) <= MOST_LABELS + 1:
        return ", ".join(map(str, labels))
    return f"{', '.join(map(str, labels[:MOST_LABELS]))}, ..., {labels[-1]}"
