"""Write reference coefficients and standard errors of Poisson models with effects, fitted by pyfixest.

Needs an environment with pyfixest (0.60.0 was used), which is no dependency of Corridor:

    python -m venv reference && reference/bin/pip install pyfixest==0.60.0
    reference/bin/python scripts/make_ppml_reference.py

Run it from the root of the project. The data are made here, seeded (`tests/ppml_data.py`), and are not written.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pandas as pd  # noqa: E402 - after the path
import pyfixest  # noqa: E402 - after the path
from tests.ppml_data import SPECS, Spec, make  # noqa: E402 - after the path

OUTPUT = ROOT / "tests" / "oracle" / "ppml_reference.json"


def fit(spec: Spec) -> dict[str, object]:
    """Return what pyfixest finds: names, coefficients, standard errors, rows and deviance."""
    data = make(spec)
    frame = pd.DataFrame({"y": data.y} | data.columns | data.codes)
    formula = f"y ~ {' + '.join(spec.regressors)}" + (f" | {' + '.join(spec.effects)}" if spec.effects else "")
    found = pyfixest.fepois(
        formula,
        frame,
        vcov={"CRV1": " + ".join(spec.cluster)} if spec.cluster else spec.errors,
        weights="weight" if spec.weighted else None,
        offset="exposure" if spec.offset else None,
        separation_check=["fe", "ir"] if spec.effects else None,
        iwls_tol=1e-14,
        iwls_maxiter=200,
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-12, fixef_maxiter=100_000),
    )
    table = found.tidy()
    return {
        "names": list(table.index),
        "coefficients": list(table["Estimate"]),
        "standard_errors": list(table["Std. Error"]),
        "rows": len(found.resid()),
        "deviance": float(found.deviance),
    }


def main() -> None:
    """Fit all specifications and write them."""
    warnings.simplefilter("ignore")
    models = {name: fit(spec) for name, spec in SPECS.items()}
    OUTPUT.write_text(json.dumps({"pyfixest": pyfixest.__version__, "models": models}, indent=1) + "\n")


if __name__ == "__main__":
    main()
