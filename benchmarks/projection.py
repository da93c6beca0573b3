"""CPU seconds of the world, deterministic, to 2100, with flows and ages; after import, both anchors."""

from __future__ import annotations

from functools import partial

from benchmarks.timing import cpu_seconds
from corridor.data.panel import load_panel
from corridor.drivers.anchors import ANCHORS
from corridor.projection.engine import project
from corridor.projection.inputs import load_inputs

MARK = 3.0  # CPU seconds for inputs and one projection
ROUNDS = 3


def main() -> None:
    """Print the least CPU seconds of some rounds."""
    inputs = load_inputs(load_panel())
    gathering = min(cpu_seconds(lambda: load_inputs(load_panel())) for _ in range(ROUNDS))
    print(f"inputs to 2100 from the panel: {gathering:.2f} CPU s")
    for anchor in ANCHORS:
        projecting = min(cpu_seconds(partial(project, inputs, anchor)) for _ in range(ROUNDS))
        print(f"anchor {anchor}: {projecting:.2f} CPU s; with inputs {gathering + projecting:.2f}, mark {MARK}")


if __name__ == "__main__":
    main()
