"""Balancing to net migration against the reference outputs of `cm_net`."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from corridor.estimate.tables.net_balance import balance_to_net

ABSOLUTE = 1e-7  # persons; the reference stopped at a relative change of 1e-13, ours far below 1e-6 persons


def _table(path):
    rows = list(csv.reader(path.read_text().splitlines()))
    return np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])


@pytest.mark.parametrize("case", ["4", "16"])
def test_equals_the_reference(reference, case):
    folder = reference / "migest" / "cm_net"
    seed, net = _table(folder / f"seed_{case}.csv"), _table(folder / f"net_{case}.csv")[:, 0]
    found = balance_to_net(seed, net)
    factors = found.factors
    assert found.converged
    np.testing.assert_allclose(
        seed * factors[:, None] / factors, _table(folder / f"expected_cm_net_{case}.csv"), rtol=0, atol=ABSOLUTE
    )
