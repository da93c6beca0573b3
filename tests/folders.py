"""Folders of own data for tests: the template, and ways to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from corridor.own_regions.plausibility import own_data
from corridor.own_regions.rates import own_inputs
from corridor.own_regions.run import OwnProjection, project_own_data
from corridor.own_regions.standard import load_standard
from corridor.own_regions.template import REGIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel

TABLES = ("population", "life_expectancy", "total_fertility", "net_migration", "flows")


def projected(folder: Path, panel: Panel) -> OwnProjection:
    data = own_data(folder)
    return project_own_data(own_inputs(data, load_standard(panel, data.settings.standard, data.width)))


def rows(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", comment="#", keep_default_na=False)


def edit(name: str, change: Callable[[pd.DataFrame], pd.DataFrame | None]) -> Callable[[Path], None]:
    """Return what changes the rows of a table of a folder."""

    def changed(folder: Path) -> None:
        frame = rows(folder, name)
        result = change(frame)
        (frame if result is None else result).to_csv(folder / f"{name}.csv", index=False)

    return changed


def cell(name: str, column: str, value: object, row: int = 3) -> Callable[[Path], None]:
    """Return what puts a value into a row, counted as an editor does."""

    def change(frame: pd.DataFrame) -> None:
        frame[column] = pd.Series([value if at == row - 2 else old for at, old in enumerate(frame[column])])

    return edit(name, change)


def scaled(name: str, column: str, factor: float) -> Callable[[Path], None]:
    return edit(name, lambda frame: frame.assign(**{column: frame[column] * factor}))


def text(
    name: str, change: Callable[[str], str], suffix: str = "csv", encoding: str = "utf-8"
) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        path = folder / f"{name}.{suffix}"
        path.write_bytes(change(path.read_text(encoding="utf-8")).encode(encoding))

    return changed


def new(name: str, content: str) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        (folder / name).write_text(content, encoding="utf-8")

    return changed


def setting(line: str) -> Callable[[Path], None]:
    """Return what puts a setting in place of the one in the template."""
    name = line.split(maxsplit=1)[0]

    def change(old: str) -> str:
        return "\n".join([line, *(kept for kept in old.splitlines() if not kept.startswith(name))]) + "\n"

    return text("project", change, "toml")


def swapped(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(sex=frame["sex"].map({"female": "male", "male": "female"}))


def each_region(header: str, *lines: str) -> str:
    return "\n".join([header, *(f"{region},{line}" for region in REGIONS for line in lines)]) + "\n"


def flows_net(folder: Path) -> pd.Series[float]:
    flows = rows(folder, "flows")
    return flows.groupby("dest")["persons"].sum() - flows.groupby("orig")["persons"].sum()


def repeat_net(folder: Path) -> None:
    flows_net(folder).rename_axis("region").rename("persons").reset_index().to_csv(
        folder / "net_migration.csv", index=False
    )


def semicolons(frame_text: str) -> str:
    return frame_text.replace(",", ";")


def as_rows(folder: Path, name: str, keys: Mapping[str, Sequence[Any]], value: str, figures: Floats) -> None:
    """Write an array as a table."""
    index = pd.MultiIndex.from_product([*keys.values()], names=list(keys))
    pd.DataFrame({value: figures.ravel()}, index=index).reset_index().to_parquet(folder / f"{name}.parquet")
