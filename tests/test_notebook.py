"""The notebook in the docs runs from its first cell to its last."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pandas as pd

NOTEBOOK = Path(__file__).resolve().parents[1] / "docs" / "tutorials" / "twelve-cells.ipynb"


def _shown(source: str, names: dict[str, object]) -> object:
    """Run a cell as a notebook does, and return what it would show: its last expression."""
    tree = ast.parse(source)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - the notebook is ours
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "cell", "exec"), names)  # noqa: S102 - as above
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - as above


def test_all_cells_run_and_show_something(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cells = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == 12
    assert not any(cell["outputs"] for cell in cells)
    names: dict[str, object] = {}
    shown = [_shown("".join(cell["source"]), names) for cell in cells]
    figures = [one for one in shown if hasattr(one, "_repr_svg_")]
    assert len(figures) == 3
    tables = [one for one in shown if isinstance(one, pd.DataFrame)]
    assert len(tables) == 3
    assert all(len(table) for table in tables)
    changes = shown[4]
    assert isinstance(changes, pd.DataFrame)
    assert changes["area"].iloc[0] == "KOR"
    assert "Corridor" in capsys.readouterr().out
    assert len(pd.read_csv("run.csv")) == 11 * 237
