"""Wrong uses of gravity models: every one is refused by name, nothing is taken for something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.errors import InputError
from corridor.estimate.gravity import gravity_matrix, ppml

gravity: Any = corridor.gravity  # what is given here is of wrong types on purpose
doubly_constrained: Any = gravity_matrix.doubly_constrained
radiation: Any = gravity_matrix.radiation
fit_ppml: Any = ppml.fit_ppml


@pytest.fixture(scope="module")
def flows() -> pd.DataFrame:
    generator = np.random.default_rng(7)
    rows = [(o, d) for o in "ABCDE" for d in "ABCDE" if o != d]
    table = pd.DataFrame(rows, columns=["orig", "dest"])
    table["km"] = generator.uniform(100, 900, len(table)).round()
    table["flow"] = generator.poisson(3e4 / table.km).astype(float)
    return table.assign(k=table.km, m=1.0 * (table.index % 3), near=table.km < 300, one="x", people=1.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"errors": "HC3"}, "Choose one of: hetero, iid"),
        ({"errors": "IID"}, "Did you mean iid"),
        ({"errors": None}, "errors has no such method"),
        ({"errors": "iid", "cluster": ["orig"]}, "with clusters"),
        ({"covariates": "km"}, r"covariates=.*not a list of names.*\['km'\]"),
        ({"logged": "km"}, "logged="),
        ({"effects": "orig"}, "effects="),
        ({"cluster": "orig"}, "cluster="),
        ({"cluster": ["orig", "dest", "one"]}, "more than two clusters"),
        ({"cluster": ["one"]}, "one group"),
        ({"covariates": [0]}, "value 0: this is not the name"),
        ({"covariates": [""]}, "not the name"),
        ({"covariates": None}, "covariates="),
        ({"covariates": {"km"}}, "not a list"),
        ({"covariates": ["km", "km"]}, "named twice"),
        ({"effects": ["orig", "orig"]}, "named twice"),
        ({"effects": [()]}, "not the name"),
        ({"weights": 1.0}, "weights="),
        ({"offset": ["km"]}, "offset="),
        ({"flow": ""}, "flow="),
        ({"flow": "near"}, "truth values"),
        ({"weights": "near"}, "truth values"),
        ({"logged": ["near"]}, "truth values"),
        ({"covariates": ["one"]}, "value 'x': the column holds a value that is not a number"),
    ],
)
def test_options(flows, given, said):
    with pytest.raises(InputError, match=said):
        gravity(flows, **given)


def test_truth_values_are_ones_and_zeros_in_a_covariate(flows):
    found = gravity(flows, covariates=["near"])
    number = gravity(flows.assign(near=flows.near.astype(float)), covariates=["near"])
    assert found.fit.coefficients[0] == number.fit.coefficients[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.inf, "infinite"),
        (np.nan, "empty"),
        ("12", "not a number"),
        (1j, "not a number"),
        (pd.Timestamp("2020-01-01"), "not a number"),
        (None, "empty"),
        ([1.0], "not a number"),
    ],
)
@pytest.mark.parametrize("column", ["flow", "km"])
def test_cells(flows, column, value, said):
    cells = flows[column].astype(object)
    cells.iloc[2] = value
    with pytest.raises(InputError, match=said):
        gravity(flows.assign(**{column: cells}), covariates=["km"])


def test_columns_that_stand_twice_are_named(flows):
    twice = pd.concat([flows, flows[["km", "orig"]]], axis=1)
    with pytest.raises(InputError) as told:
        gravity(twice, logged=["km"])
    assert {problem.column for problem in told.value.problems} == {"km", "orig"}
    model = gravity(flows, logged=["km"])
    with pytest.raises(InputError, match="2 columns of this name"):
        model.predict(twice)


def test_everything_wrong_is_said_at_once(flows):
    wrong = flows.assign(flow=-flows.flow, km=np.inf, orig=[None, *flows.orig[1:]], w=0.0)
    with pytest.raises(InputError) as told:
        gravity(wrong, logged=["km"], weights="w")
    assert {problem.column for problem in told.value.problems} == {"flow", "km", "orig", "w"}


def test_no_table_and_no_rows(flows):
    for given in ([1, 2], None, flows.to_numpy(), {"flow": [1.0]}):
        with pytest.raises(InputError, match="not a pandas table"):
            gravity(given)
    with pytest.raises(InputError, match="positive"):
        gravity(flows.head(0), logged=["km"])
    with pytest.raises(InputError, match="different kinds"):
        gravity(flows.assign(orig=[1, *flows.orig[1:]]))


def test_categories_without_rows_are_no_levels(flows):
    kinds = pd.Categorical(flows.orig, [*"EDCBAZ"])
    found = gravity(flows.assign(orig=kinds), logged=["km"])
    np.testing.assert_allclose(found.fit.means, gravity(flows, logged=["km"]).fit.means)
    assert found.predict(flows.head(1))[0] == pytest.approx(found.fit.means[0])


def test_predictions_check_what_fitting_checked(flows):
    model = gravity(flows, logged=["km"], covariates=["m"])
    some = flows.head(3)
    for wrong, said in (
        (some.assign(km=np.inf), "infinite"),
        (some.assign(km=[1.0, -np.inf, 3.0]), "infinite"),
        (some.assign(km=[0.0, 1.0, 2.0]), "logarithm"),
        (some.assign(km="far"), "not a number"),
        (some.drop(columns="m"), "no such column"),
        (some.assign(orig="Z"), "'Z': this level"),
    ):
        with pytest.raises(InputError, match=said):
            model.predict(wrong)
    with pytest.raises(InputError, match="unseen has no such method"):
        model.predict(some, unseen="zero")
    with pytest.raises(InputError) as told:
        model.predict(some.assign(km=np.inf, m="x", orig="Z"))
    assert {problem.column for problem in told.value.problems} == {"km", "m", "orig"}


def test_an_empty_cell_gives_no_number_in_its_row_only(flows):
    model = gravity(flows, logged=["km"])
    for column in ("km", "orig"):
        for unseen in ("raise", "nan"):
            table = flows.head(3).astype({column: object})
            table.loc[1, column] = None
            found = model.predict(table, unseen=unseen)
            assert np.isnan(found).tolist() == [False, True, False]
            assert found[0] == pytest.approx(model.fit.means[0])


@pytest.mark.parametrize("tolerance", [0.0, -1.0, np.nan, True, "fine", None, np.inf])
def test_tolerances_that_are_none(tolerance):
    with pytest.raises(InputError, match="tolerance="):
        fit_ppml(np.ones(3), np.ones((3, 1)), tolerance=tolerance)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ((["a", "b"], np.ones((2, 1))), "something else than numbers"),
        ((np.ones(2, dtype=bool), np.ones((2, 1))), "truth values"),
        ((np.ma.masked_array([1.0, 2.0], [True, False]), np.ones((2, 1))), "masked"),
        ((np.ones(2), [[1.0], [1.0, 2.0]]), "unlike lengths"),
        ((np.ones(2), np.ones((2, 1)), [np.array([0.0, 1.0])]), "whole numbers"),
        ((1.0, np.ones((1, 1))), "does not have one entry"),
    ],
)
def test_arrays(arrays, said):
    with pytest.raises(InputError, match=said):
        fit_ppml(*arrays)


LINE = np.array([[0, 1, 2, 3], [1, 0, 1.5, 2.5], [2, 1.5, 0, 1.2], [3, 2.5, 1.2, 0.0]])
OUT, PEOPLE = np.array([10.0, 20, 30, 5]), np.array([100.0, 200, 300, 50])


@pytest.mark.parametrize(
    ("out", "people", "apart", "said"),
    [
        (-OUT, PEOPLE, LINE, "negative or infinite"),
        (OUT * np.nan, PEOPLE, LINE, "outflow"),
        (OUT, PEOPLE * 0, LINE, "area 0.*population is not positive"),
        (OUT, PEOPLE, np.where(LINE == 2, np.nan, LINE), "distance"),
        (OUT, PEOPLE, np.where(LINE == 2, np.inf, LINE), "distance"),
        (OUT, PEOPLE, -LINE, "distance"),
        (OUT[:3], PEOPLE, LINE, "outflow|population"),
        (OUT[:1], PEOPLE[:1], LINE[:1, :1], "two areas"),
        (OUT, PEOPLE, np.ma.masked_equal(LINE, 2), "masked"),
        (OUT, PEOPLE, "far", "numbers"),
    ],
)
def test_radiation_refuses(out, people, apart, said):
    with pytest.raises(InputError, match=said):
        radiation(out, people, apart)


def test_radiation_keeps_totals_at_equal_and_zero_distances():
    grid = np.array([[0, 1, 1, 2**0.5], [1, 0, 2**0.5, 1], [1, 2**0.5, 0, 1], [2**0.5, 1, 1, 0]])
    for apart in (
        grid,
        np.zeros((4, 4)),
        LINE,
        np.where(LINE == 2, np.nextafter(2, 3), LINE),
        grid + np.diag([np.nan] * 4),
    ):
        for scale in (1.0, 1e-9, 1e12):
            found = radiation(OUT, scale * PEOPLE, scale * apart)
            np.testing.assert_allclose(found.sum(axis=1), OUT, rtol=1e-12)
    order = [2, 0, 3, 1]
    moved = radiation(OUT[order], PEOPLE[order], grid[np.ix_(order, order)])
    np.testing.assert_allclose(moved, radiation(OUT, PEOPLE, grid)[np.ix_(order, order)])
    with pytest.raises(InputError, match="finite="):
        radiation(OUT, PEOPLE, grid, finite="no")


def test_tables_of_words_are_refused():
    for flows, cost in ((np.full((3, 3), "a"), np.ones((3, 3))), (np.ones((3, 3)), np.ones(3)), ([[1], [2, 3]], [[1]])):
        with pytest.raises(InputError):
            doubly_constrained(flows, cost)
