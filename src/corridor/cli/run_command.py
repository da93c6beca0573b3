"""`corridor run`: compute runs of the world and keep them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.cli.options import (
    YEARS,
    Choice,
    IntRange,
    Scenarios,
    anchor_option,
    folder_of,
    seed_option,
    settings_option,
)
from corridor.cli.printing import progress_bar, say
from corridor.cli.process import say_if_stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.projection.ensemble import MemoryPlan
    from corridor.stored_runs.batch_file import NamedRun
    from corridor.stored_runs.cluster import Crew
    from corridor.stored_runs.computing import Workforce

LATEST = "the run that is not finished"


@click.command("run", short_help="Compute a run with many draws and keep it in a folder.")
@click.argument("scenario", type=Scenarios(), required=False)
@settings_option
@click.option("--draws", type=IntRange(0, 100_000), default=1000, show_default=True, help="Number of trajectories.")
@click.option("--to", "last", type=YEARS, default=2060, show_default=True, help="Last year of the run.")
@seed_option
@anchor_option
@click.option(
    "--base",
    type=Choice(["2020-2024", "2010-2024", "2010-2020", "2015-2024", "model"]),
    default="2020-2024",
    show_default=True,
    help="Past years whose rates continue; or model = rates of the corridor model.",
)
@click.option(
    "--corridors",
    multiple=True,
    default=("CICA",),
    metavar="ORIG-DEST|GROUP",
    help="Keep the moves of these corridors in every draw. May be repeated. [default: all between CICA members]",
)
@click.option("--ages", is_flag=True, help="Also keep population by five-year age group and sex in every draw.")
@click.option(
    "--batch", "batch_file", type=click.Path(path_type=Path), help="Compute all runs of this file, one after the other."
)
@click.option(
    "--resume",
    is_flag=False,
    flag_value=LATEST,
    metavar="[RUN]",
    help="Go on with a run that was stopped; without a folder, with those in `runs` that are not finished.",
)
@click.option("--workers", type=IntRange(1, 256), default=2, show_default=True, help="Number of threads.")
@click.option(
    "--dask",
    "cluster",
    metavar="ADDRESS|FILE",
    help="Compute on this Dask cluster: its address, or its scheduler file.",
)
@click.option(
    "--memory", type=click.FloatRange(0.5), default=2.0, show_default=True, help="Most gigabytes to use here."
)
@click.option(
    "-o",
    "--output",
    help="Folder of the run, or of all with --batch; or s3://BUCKET/RUN. [default: runs/SCENARIO-YEAR]",
)
def run_command(
    scenario: str | None,
    *,
    settings: tuple[str, ...],
    draws: int,
    last: int,
    seed: int,
    anchor: str,
    base: str,
    corridors: tuple[str, ...],
    ages: bool,
    batch_file: Path | None,
    resume: str | None,
    workers: int,
    cluster: str | None,
    memory: float,
    output: str | None,
) -> None:
    """Compute the world under SCENARIO in many draws, and keep the run in a folder.

    The folder holds every draw, the run at the medians, tidy tables with intervals, and a manifest of all inputs.
    A run that was stopped, even by a power cut, goes on with --resume and ends with the same figures.
    """
    from corridor.errors import InputError, Problem
    from corridor.stored_runs.batch_file import NamedRun, read_batch
    from corridor.stored_runs.computing import Workforce
    from corridor.stored_runs.listing import RUNS
    from corridor.stored_runs.question import check_run

    asked = [option for option, word in (("SCENARIO", scenario), ("--batch", batch_file), ("--resume", resume)) if word]
    if len(asked) > 1:
        fault = f"{' and '.join(asked)} are given together"
        raise InputError(Problem(fault, "Give one of them"))
    force = Workforce(workers, cluster, memory * 1e9)
    if resume is not None:
        _resume(resume, output or RUNS, force)
        return
    if batch_file is not None:
        _compute(read_batch(batch_file), output or RUNS, force)
        return
    word = scenario or "baseline"
    question = check_run(
        word,
        settings,
        last=last,
        anchor=anchor,
        base=base,
        draws=draws,
        seed=seed,
        corridors=corridors,
        ages=ages,
    )
    usual = Path(RUNS) / folder_of(Path(word).name.removesuffix(".toml"), [], last, None, settings)
    _compute([NamedRun("", question)], output or str(usual), force)


def _resume(word: str, folder: str, force: Workforce) -> None:
    """Go on with a run, or with all in the folder of runs that are not finished."""
    from corridor.errors import InputError, Problem
    from corridor.stored_runs.batch_file import NamedRun
    from corridor.stored_runs.listing import unfinished_runs
    from corridor.stored_runs.run_folder import open_run

    words = unfinished_runs(folder) if word == LATEST else [word]
    if not words:
        fault = "no run here waits to be finished"
        raise InputError(Problem(fault, "Name the folder of the run: corridor run --resume RUN", folder))
    for one in words:
        _compute([NamedRun("", open_run(one).question)], one, force)


def _compute(runs: Sequence[NamedRun], folder: str, force: Workforce) -> None:
    """Compute runs into a folder, or into folders of their names inside it, and say where each is."""
    from corridor.stored_runs.computing import compute_run
    from corridor.stored_runs.places import inside, place_of

    say_if_stopped("The draws that are done are kept. Go on with corridor run --resume")
    for number, run in enumerate(runs, start=1):
        place = place_of(folder) if not run.name else inside(place_of(folder), run.name)
        counted = f"run {number} of {len(runs)}: " if len(runs) > 1 else ""
        with progress_bar() as bar:
            task = bar.add_task(f"{counted}{run.question.scenario.title}", total=max(run.question.draws, 1))
            stored = compute_run(
                place, run.question, force=force, tell=partial(_tell, counted), progress=partial(bar.advance, task)
            )
        say(f"The run is in {place.path('')}, and the digest of its figures is {stored.digest[:16]}")


def _tell(counted: str, plan: MemoryPlan | Crew) -> None:
    say(f"{counted}{plan}", err=True)
