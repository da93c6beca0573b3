"""CPU seconds of explaining the world to 2060: five blocks, 32 coalitions, at medians and over draws.

Fewer draws may be run and scaled: python -m benchmarks.explain [number]. What runs share (inputs, baseline, survival
nodes) and the first compilation are not counted. Bounds of the promise beside.
"""

from __future__ import annotations

import sys

from benchmarks.timing import cpu_seconds
from corridor.analysis.attribution import Question, explain_central, explain_draws
from corridor.data.panel import load_panel
from corridor.drivers.assembly import drive_of
from corridor.drivers.channel import BLOCKS, Settings
from corridor.drivers.levers import Policy
from corridor.projection.runs import load_runs
from corridor.reports.explanation.answer import views_of

LAST, DRAWS = 2060, 64
PROMISED_CENTRAL, PROMISED_DRAWS = 3, 120
OPENED = Policy(name="opened", origins=("UZB",), destinations=("KOR",), effect=0.5, start=2027, status="J")


def main(draws: int = 8) -> None:
    """Print a line for the medians and one for the draws."""
    runs = load_runs(load_panel(), LAST, "observed")
    question = Question(views_of(["CICA"])[1], BLOCKS, drive_of(runs.conditions, Settings(policies=(OPENED,))))
    central = cpu_seconds(lambda: explain_central(runs.inputs, runs.baseline, question))
    print(f"at medians, 32 coalitions to {LAST}: {central:.1f} CPU s; promised {PROMISED_CENTRAL}")
    world, draw = runs.world, runs.paths(1)
    explain_draws(world, draw, question, 1)  # compiles
    seconds = cpu_seconds(lambda: explain_draws(world, draw, question, draws)) * DRAWS / draws
    print(f"{draws} draws scaled to {DRAWS}, 32 coalitions: {seconds:.0f} CPU s; promised {PROMISED_DRAWS}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
