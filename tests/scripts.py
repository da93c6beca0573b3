"""Load a script of `scripts/` as a module, to hold what it computes and writes to the project."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

FIGURE = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
sys.path.append(str(SCRIPTS))  # scripts import one another


def load_script(name: str) -> ModuleType:
    """Return the module of a script by its name without `.py`."""
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def same_text(documented: str, made: str) -> None:
    """Check for the same words, and figures within a step and a half of their last digit: processors differ in it."""
    written, now = (FIGURE.sub("", text).split() for text in (documented, made))
    assert written == now
    for known, figure in zip(FIGURE.findall(documented), FIGURE.findall(made), strict=True):
        step = 10.0 ** -len(known.partition(".")[2])
        assert abs(float(figure.replace(",", "")) - float(known.replace(",", ""))) < 1.5 * step, (figure, known)
