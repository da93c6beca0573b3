"""Write the page on scale: what was measured, the laws, and what they say of larger runs.

    python -m benchmarks.scale_page [draws]

measures for some 20 minutes on an idle machine, and writes docs/results/scale.md and its CSV.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.cluster import DRAWS, FEW, LAST, LOST, lose, measure
from benchmarks.scale import BATCH, measure_all
from corridor.calendar import BASE_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.cluster import Timed
    from benchmarks.scale import Measured
    from corridor.axes import Floats

ROOT = Path(__file__).resolve().parents[1]
YEARS = LAST - BASE_YEAR + 1
AREAS, MANY = 237, 5000
MEMBERS = 756
"""Corridors between members of CICA, whose moves are kept by default."""
RUNS = ((1000, 1), (1000, 4), (10_000, 10), (10_000, 500))
"""Draws, scenarios."""
CORES = (2, 16, 64, 256)


def main(draws: int = DRAWS) -> None:
    """Measure all, and write the page and its CSV."""
    text = page(draws, measure(draws), lose(), measure_all())
    (ROOT / "docs" / "results" / "scale.md").write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, str(ROOT / "scripts" / "page_tables.py")], check=True)


def page(draws: int, runs: Sequence[Timed], lost: dict[str, str], worlds: Sequence[Measured]) -> str:
    """Return the page."""
    few, one, two, dask = runs
    per_draw = (one.cpu - few.cpu) / (draws - FEW)
    cost = Cost(few.cpu - FEW * per_draw, per_draw, AREAS)
    template = Path(__file__).with_suffix(".md").read_text(encoding="utf-8")
    head = ("how", "wall s", "CPU s", "peak GB", "stated GB", "digest")
    same = len({run.digest for run in runs[1:]}) == 1
    return template.format(
        draws=f"{draws:,}",
        last=LAST,
        years=YEARS,
        areas=AREAS,
        batch=BATCH,
        lost_draws=LOST,
        cores=os.cpu_count(),
        python=python_version(),
        load=f"{os.getloadavg()[1]:.1f}",
        one_cpu=f"{one.cpu:.0f}",
        large=f"{cost.hours(10_000, 500, 64):,.0f}",
        runs=table(head, map(_row, (one, two, dask))),
        same="the same to the bit" if same else "**not the same**",
        speed_up=f"{one.wall / two.wall:.2f}",
        wall_more=f"{dask.wall / two.wall - 1:+.0%}",
        cpu_more=f"{dask.cpu / two.cpu - 1:+.0%}",
        alone=f"{cost.alone:.0f}",
        draw_ms=f"{per_draw * 1000:.0f}",
        draw_s=f"{per_draw:.3f}",
        year_ms=f"{per_draw / YEARS * 1000:.1f}",
        lost=table(("event", "digest, or the report"), lost.items()),
        costs=cost.table(),
        **_of_worlds(worlds, cost),
    )


def _of_worlds(worlds: Sequence[Measured], cost: Cost) -> dict[str, str]:
    """Return what the page says of worlds of more regions."""
    seconds, memory = time_law(worlds), memory_law(worlds)
    growth, largest = seconds(MANY) / seconds(AREAS), max(each.regions for each in worlds)
    head = ("regions", "years", "CPU ms of a trajectory-year", "by the law", "peak GB", "by the law (GB)", "stated GB")
    return {
        "worlds": table(head, (_world(each, seconds, memory) for each in worlds)),
        "time_law": seconds.words,
        "memory_law": memory.words,
        "many": f"{MANY:,}",
        "growth": f"{growth:,.0f}",
        "many_gb": f"{memory(MANY, YEARS) / 1e9:,.0f}",
        "beyond": f"{MANY / largest:.1f}",
        "many_costs": Cost(cost.alone * growth, cost.per_draw * growth, MANY).table(),
    }


@dataclass(frozen=True, slots=True)
class Cost:
    """What runs of a world take.

    Attributes
    ----------
    alone, per_draw : CPU seconds of a run without draws, and of a draw
    areas : of the world
    """

    alone: float
    per_draw: float
    areas: int

    def hours(self, draws: int, scenarios: int, cores: int) -> float:
        """Return the hours of some runs, one after the other."""
        return scenarios * (self.alone + draws * self.per_draw / cores) / 3600.0

    def table(self) -> str:
        """Return the hours and the disk of `RUNS`."""
        kept = 4.0 * ((YEARS + 1) * self.areas + 5 * YEARS * self.areas + YEARS * MEMBERS)
        rows = []
        for draws, scenarios in RUNS:
            times = [f"{self.hours(draws, scenarios, cores):,.3g}" for cores in CORES]
            rows.append((f"{draws:,}", f"{scenarios:,}", *times, f"{draws * scenarios * kept / 1e9:,.1f}"))
        return table(("draws", "scenarios", *(f"h on {cores} cores" for cores in CORES), "GB on disk"), rows)


class Law:
    """A sum of terms in the sizes of a world, fitted with weights that make all relative errors count the same."""

    def __init__(self, terms: dict[str, Callable[..., float]], sizes: Sequence[tuple[int, ...]], found: Floats) -> None:
        from scipy.optimize import nnls

        self.terms = terms
        rows = np.array([[term(*size) for term in terms.values()] for size in sizes]) / found[:, None]
        scale = rows.max(axis=0)
        self.factors = nnls(rows / scale, np.ones(len(found)))[0] / scale

    def __call__(self, *size: int) -> float:
        """Return what the law says of a size."""
        return float(sum(factor * term(*size) for factor, term in zip(self.factors, self.terms.values(), strict=True)))

    @property
    def words(self) -> str:
        """The law as a formula."""
        named = zip(self.factors, self.terms, strict=True)
        return " + ".join(f"{factor:.3g} {name}".strip() for factor, name in named if factor)


def time_law(worlds: Sequence[Measured]) -> Law:
    """CPU seconds of a trajectory-year."""
    terms: dict[str, Callable[..., float]] = {"N": lambda n: n, "N²": lambda n: n**2, "N³": lambda n: n**3}
    return Law(terms, [(each.regions,) for each in worlds], np.array([each.cpu_seconds for each in worlds]))


def memory_law(worlds: Sequence[Measured]) -> Law:
    """Bytes at the peak."""
    terms: dict[str, Callable[..., float]] = {
        "": lambda _n, _y: 1,
        "N Y": lambda n, y: n * y,
        "N²": lambda n, _: n * n,
        "N² Y": lambda n, y: n * n * y,
    }
    sizes = [(each.regions, each.years) for each in worlds]
    return Law(terms, sizes, np.array([each.peak for each in worlds], float))


def _world(of: Measured, seconds: Law, memory: Law) -> Iterable[object]:
    law = memory(of.regions, of.years)
    found = [f"{value / 1e9:.2f}" for value in (of.peak, law, of.stated)]
    return f"{of.regions:,}", of.years, f"{of.cpu_seconds * 1000:.2f}", f"{seconds(of.regions) * 1000:.2f}", *found


def _row(run: Timed) -> Iterable[object]:
    return run.name, f"{run.wall:.0f}", f"{run.cpu:.0f}", f"{run.peak:.2f}", f"{run.stated:.2f}", f"`{run.digest}`"


def table(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
