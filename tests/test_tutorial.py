"""The tutorial for users of migest: its table is complete and every name in it leads to something."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from corridor.estimate.world.products import PRODUCTS
from tests.estimate.test_migest_coverage import COUNTERPARTS

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "tutorials" / "past-flows.md").read_text()
TABLE = [line.split(" | ") for line in TEXT.split("## From migest")[1].split("\n\n")[1].splitlines()[2:]]
PATHS = sorted(set(re.findall(r"corridor(?:\.[a-z_]\w*)+\.\w+", "".join(cell for row in TABLE for cell in row[1:]))))


def test_every_function_of_migest_stands_in_the_table_once():
    names = [name for row in TABLE for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(names) == sorted(COUNTERPARTS)


def test_the_table_says_what_the_coverage_says():
    for first, ours, *_ in TABLE:
        counterpart = COUNTERPARTS[re.findall(r"`(\w+)`", first)[0]]
        if not isinstance(counterpart, str):
            assert ours == "-"
        elif "`mig_chord`" not in first:  # drawn by the figure, reached by the plot
            assert ours == f"`{counterpart}`"


@pytest.mark.parametrize("path", PATHS)
def test_every_path_in_the_table_leads_somewhere(path):
    module, name = path.rsplit(".", 1)
    assert getattr(import_module(module), name) is not None


def test_every_product_has_its_row():
    rows = re.findall(r"^\| `(\w+)` \| ", TEXT.split("### Which product")[1].split("###")[0], re.MULTILINE)
    assert rows == list(PRODUCTS)
