"""Scaling a table to margins: small tables, the nearly infeasible, the infeasible, bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from corridor.errors import InputError
from corridor.estimate.tables.ipf import fit_margins

if TYPE_CHECKING:
    from corridor.axes import Floats


def plain_sweeps(seed: Floats, rows: Floats, columns: Floats, sweeps: int) -> Floats:
    """Scale rows and columns in turn: slow, and beyond doubt."""
    table = seed.copy()
    for _ in range(sweeps):
        table *= np.divide(rows, table.sum(axis=1), out=np.zeros_like(rows), where=rows > 0)[:, None]
        table *= np.divide(columns, table.sum(axis=0), out=np.zeros_like(columns), where=columns > 0)
    return table


def test_reaches_the_limit_of_plain_sweeps() -> None:
    seed = np.array([[5.0, 1.0, 0.0], [2.0, 7.0, 3.0], [0.5, 0.0, 9.0]])
    rows, columns = np.array([10.0, 20.0, 5.0]), np.array([12.0, 9.0, 14.0])
    fit = fit_margins(seed, rows, columns)
    assert fit.converged
    assert fit.unreachable.size == 0
    np.testing.assert_allclose(fit.table, plain_sweeps(seed, rows, columns, 2000), rtol=1e-11)
    np.testing.assert_allclose(fit.table.sum(axis=1), rows, rtol=1e-12)
    np.testing.assert_allclose(fit.table.sum(axis=0), columns, rtol=1e-14)


def test_result_is_the_seed_times_a_row_and_a_column_factor() -> None:
    generator = np.random.default_rng(1)
    seed = generator.lognormal(sigma=3, size=(6, 4))
    true = generator.lognormal(sigma=3, size=(6, 1)) * seed * generator.lognormal(sigma=3, size=4)
    fit = fit_margins(seed, true.sum(axis=1), true.sum(axis=0))
    np.testing.assert_allclose(fit.table, true, rtol=1e-8)


def test_nearly_infeasible_needs_few_sweeps() -> None:
    # A country of a million with two foreign-born, whose natives at home shall become a thousand fewer.
    seed = np.array([[1e6, 2e3, 50.0], [1.0, 5e7, 1e4], [1.0, 3e4, 1e9]])
    rows = seed.sum(axis=1) + np.array([-2.9e3, 1.9e3, 1e3])
    fit = fit_margins(seed, rows, seed.sum(axis=0))
    assert fit.converged
    assert fit.sweeps < 30
    np.testing.assert_allclose(fit.table.sum(axis=1), rows, rtol=1e-12)


def test_row_that_can_not_shrink_is_reported_and_the_others_share() -> None:
    # Nobody but natives lives in the first column, and more than the first row shall have.
    seed = np.array([[100.0, 5.0, 5.0], [0.0, 50.0, 10.0], [0.0, 10.0, 60.0]])
    rows, columns = np.array([90.0, 70.0, 80.0]), seed.sum(axis=0)
    fit = fit_margins(seed, rows, columns)
    assert fit.unreachable.tolist() == [0]
    assert fit.settled
    assert not fit.converged
    assert fit.table[0].tolist() == [100.0, 0.0, 0.0]
    np.testing.assert_allclose(fit.table.sum(axis=1)[1:], rows[1:] * 140 / 150, rtol=1e-12)
    np.testing.assert_allclose(fit.table, plain_sweeps(seed, rows, columns, 3000), rtol=1e-9, atol=1e-9)


def test_row_that_can_not_grow_is_reported() -> None:
    seed = np.array([[1.0, 0.0], [1.0, 1.0]])
    fit = fit_margins(seed, np.array([9.0, 1.0]), np.array([4.0, 6.0]))
    assert fit.unreachable.tolist() == [0, 1]
    assert fit.table.tolist() == [[4.0, 0.0], [0.0, 6.0]]


def test_empty_rows_and_columns() -> None:
    seed = np.array([[0.0, 0.0, 0.0], [0.0, 2.0, 1.0], [4.0, 1.0, 1.0]])
    fit = fit_margins(seed, np.array([0.0, 5.0, 2.0]), np.array([0.0, 4.0, 3.0]))
    assert fit.converged
    assert fit.unreachable.size == 0
    np.testing.assert_allclose(fit.table.sum(axis=1), [0, 5, 2], atol=1e-11)
    assert fit.table[:, 0].tolist() == [0.0, 0.0, 0.0]


def test_separate_blocks() -> None:
    seed = np.array([[1.0, 2.0, 0.0, 0.0], [3.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 5.0], [0.0, 0.0, 2.0, 2.0]])
    rows, columns = np.array([1.0, 2.0, 3e6, 4e6]), np.array([1.5, 1.5, 2e6, 5e6])
    fit = fit_margins(seed, rows, columns)
    assert fit.converged
    np.testing.assert_allclose(fit.table, plain_sweeps(seed, rows, columns, 500), rtol=1e-10)


def test_infeasible_group_of_rows_ends_without_convergence() -> None:
    # Two rows alone in two columns, and together short of them: no single row shows it.
    seed = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 2.0]])
    fit = fit_margins(seed, np.array([3.0, 3.0, 4.0, 4.0]), np.array([4.0, 4.0, 3.0, 3.0]), most_sweeps=50)
    assert not fit.converged
    assert fit.error > 0.1
    assert fit.sweeps == 50
    np.testing.assert_allclose(fit.table.sum(axis=0), [4, 4, 3, 3])


def test_hollow_table_as_in_a_doubly_constrained_gravity() -> None:
    seed = 1 - np.eye(4)
    rows, columns = np.array([4.0, 3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0, 4.0])
    fit = fit_margins(seed, rows, columns)
    np.testing.assert_allclose(fit.table, plain_sweeps(seed, rows, columns, 2000), rtol=1e-9)
    assert np.diag(fit.table).tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("seed", "rows", "columns", "rule"),
    [
        ([[1.0, -1.0]], [1.0], [0.5, 0.5], "is negative or not finite"),
        ([[1.0, np.nan]], [1.0], [0.5, 0.5], "finite"),
        ([[1.0, 1.0]], [np.inf], [0.5, 0.5], "finite"),
        ([[1.0, 1.0]], [1.0, 1.0], [0.5, 0.5], "fit the table"),
        ([[1.0, 1.0]], [1.0], [0.5, 0.6], "column totals differ"),
        ([[1.0, 0.0]], [1.0], [0.5, 0.5], "positive cell"),
    ],
)
def test_refuses(seed: list[list[float]], rows: list[float], columns: list[float], rule: str) -> None:
    with pytest.raises(InputError, match=rule):
        fit_margins(np.array(seed), np.array(rows), np.array(columns))
