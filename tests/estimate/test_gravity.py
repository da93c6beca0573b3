"""Gravity models of tables: what comes back, predictions, separation, mistakes; tables of the radiation model."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.errors import InputError, NotConverged
from corridor.estimate.gravity.gravity_matrix import doubly_constrained, production_constrained, radiation
from corridor.estimate.gravity.ppml import fit_ppml
from tests.ppml_data import SPECS, make


def frame(name: str) -> pd.DataFrame:
    data = make(SPECS[name])
    codes = {key: np.char.add("area ", values.astype(str)) for key, values in data.codes.items() if key != "year"}
    apart = np.exp(data.columns["distance"])
    return pd.DataFrame({"flow": data.y, "km": apart, "year": data.codes["year"]} | data.columns | codes)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return frame("two effects, sandwich")


@pytest.fixture(scope="module")
def empty() -> pd.DataFrame:
    return frame("a level with only zeros")


@pytest.fixture(scope="module")
def banned() -> pd.DataFrame:
    return frame("a regressor that separates")


def test_a_model_by_hand_where_the_likelihood_is_solved_by_means():
    """With one effect and one dummy that is as frequent in both levels, fitted means are products of margins."""
    flows = pd.DataFrame({"flow": [2.0, 6.0, 4.0, 12.0], "orig": ["a", "a", "b", "b"], "near": [0.0, 1.0, 0.0, 1.0]})
    model = corridor.gravity(flows, covariates=["near"], effects=["orig"])
    np.testing.assert_allclose(model.fit.coefficients, np.log(3.0))
    np.testing.assert_allclose(model.effects()["value"], np.log([2.0, 4.0]))
    assert abs(model.fit.deviance) < 1e-12


def test_tidy_names_terms_and_bounds(table):
    model = corridor.gravity(table, logged=["km"], covariates=["border"])
    tidy = model.tidy()
    assert list(tidy["term"]) == ["log(km)", "border"]
    np.testing.assert_allclose((tidy["low"] + tidy["high"]) / 2, tidy["estimate"])
    assert tidy["p"][0] < 1e-6
    assert not tidy["dropped"].any()
    assert 0.0 < model.fit.pseudo_r2 < 1.0


def test_without_effects_there_is_a_constant(table):
    model = corridor.gravity(table, logged=["km"], effects=[])
    assert list(model.tidy()["term"]) == ["constant", "log(km)"]
    np.testing.assert_allclose(model.fit.means.sum(), table["flow"].sum())
    np.testing.assert_allclose(model.predict(table), model.fit.means)
    assert model.effects().empty


def test_combined_columns_are_one_effect(table):
    combined = corridor.gravity(table, covariates=["border"], effects=[("orig", "year"), "dest"])
    joined = corridor.gravity(table, covariates=["border"], effects=["orig_year", "dest"])
    np.testing.assert_allclose(combined.fit.coefficients, joined.fit.coefficients)
    assert set(combined.effects()["effect"]) == {"orig x year", "dest"}


def test_predictions_follow_the_model(table):
    model = corridor.gravity(table, logged=["km"])
    twice = model.predict(table.assign(km=2.0 * table["km"]))
    np.testing.assert_allclose(twice / model.fit.means, 2.0 ** model.fit.coefficients[0])


def test_offset_and_weights_enter(table):
    model = corridor.gravity(table, logged=["km"], offset="exposure", weights="weight")
    np.testing.assert_allclose(model.predict(table), model.fit.means)
    left = table["weight"] * (table["flow"] - model.fit.means)
    np.testing.assert_allclose(left.groupby(table["orig"]).sum(), 0.0, atol=1e-6)
    more = model.predict(table.assign(exposure=table["exposure"] + 1.0))
    np.testing.assert_allclose(more / model.fit.means, np.exp(1.0))


def test_a_level_with_only_zeros_is_zero_for_ever(empty):
    model = corridor.gravity(empty, logged=["km"])
    out = (empty["orig"] == "area 2") | (empty["dest"] == "area 3")
    assert list(model.separated()["row"]) == list(np.flatnonzero(out))
    assert set(model.separated()["reason"]) == {"only zeros in a level of an effect"}
    np.testing.assert_array_equal(model.predict(empty)[out], 0.0)
    effects = model.effects().set_index(["effect", "level"])["value"]
    assert np.isneginf(effects["orig", "area 2"])
    assert np.isneginf(effects["dest", "area 3"])
    assert np.isfinite(effects.drop([("orig", "area 2"), ("dest", "area 3")])).all()


def test_a_regressor_that_separates_is_explained_and_predicted_as_zero(banned):
    model = corridor.gravity(banned, logged=["km"], covariates=["border", "ban"])
    out = banned["ban"] == 1
    assert list(model.separated()["row"]) == list(np.flatnonzero(out))
    assert model.separated()["reason"].str.startswith("a combination").all()
    assert list(model.tidy()["term"][model.tidy()["dropped"]]) == ["ban"]
    new = banned[~out].head(3)
    np.testing.assert_array_equal(model.predict(new.assign(ban=1.0)), 0.0)
    np.testing.assert_allclose(model.predict(new), model.fit.means[new.index])
    assert np.isnan(model.predict(new.assign(ban=-1.0))).all()


def test_effects_that_no_flow_ties_together_predict_nothing():
    """Two blocks of origins and destinations: the level of flows between them is not settled."""
    blocks = pd.DataFrame({"orig": list("aabbccdd"), "dest": list("efefghgh"), "flow": [1.0, 2, 3, 5, 2, 2, 1, 4]})
    model = corridor.gravity(blocks, effects=["orig", "dest"])
    new = pd.DataFrame({"orig": ["a", "a"], "dest": ["e", "g"]})
    predicted = model.predict(new)
    assert np.isfinite(predicted[0])
    assert np.isnan(predicted[1])


def test_zeros_in_one_direction_between_blocks_are_separated():
    """Flows from the first block to the second are all zero, and nothing ties the blocks but them."""
    rows = [(o, d, float(o + d + 1)) for o in range(2) for d in range(2)]
    rows += [(o, d, float(o * d)) for o in (2, 3) for d in (2, 3)]
    rows += [(o, d, 0.0) for o in range(2) for d in (2, 3)]
    blocks = pd.DataFrame(rows, columns=["orig", "dest", "flow"])
    model = corridor.gravity(blocks)
    assert list(model.separated()["row"]) == [8, 9, 10, 11]
    np.testing.assert_array_equal(model.predict(blocks)[8:], 0.0)
    back = model.predict(pd.DataFrame({"orig": [2], "dest": [0]}))
    assert np.isnan(back).all()


def test_unseen_levels(table):
    model = corridor.gravity(table, logged=["km"])
    new = table.head(2).assign(orig=["nowhere", table["orig"][1]])
    with pytest.raises(InputError, match="nowhere"):
        model.predict(new)
    predicted = model.predict(new, unseen="nan")
    assert np.isnan(predicted[0])
    assert predicted[1] == pytest.approx(model.fit.means[1])


def test_collinear_covariates_are_named(table):
    model = corridor.gravity(table.assign(size=table["year"] * 2.0 + 1.0), logged=["km"], covariates=["year", "size"])
    assert list(model.tidy()["term"][model.tidy()["dropped"]]) == ["size"]


@pytest.mark.parametrize(
    ("change", "arguments", "match"),
    [
        ({}, {"logged": ["kms"]}, "Did you mean km"),
        ({"km": 0.0}, {"logged": ["km"]}, "logarithm"),
        ({"flow": -1.0}, {}, "a flow is negative"),
        ({"flow": np.nan}, {}, "empty"),
        ({"flow": 0.0}, {}, "positive"),
        ({"km": "far"}, {"covariates": ["km"]}, "a value that is not a number"),
        ({"weight": 0.0}, {"weights": "weight"}, "positive"),
    ],
)
def test_mistakes_are_named(table, change, arguments, match):
    with pytest.raises(InputError, match=match):
        corridor.gravity(table.assign(**change), **arguments)


def test_arrays_that_do_not_fit_are_named():
    with pytest.raises(InputError, match="effect 0 does not have one entry"):
        fit_ppml(np.ones(4), np.zeros((4, 1)), [np.zeros(3, dtype=int)])


def test_a_fit_without_freedom_has_no_errors():
    found = fit_ppml(np.array([1.0, 2.0]), np.zeros((2, 0)), [np.array([0, 1])])
    np.testing.assert_allclose(found.means, [1.0, 2.0])
    assert found.singletons.all()


def test_radiation_by_hand():
    """Three areas on a line, at 0, 1 and 3: from the first, the second stands before the third."""
    place, people = np.array([0.0, 1.0, 3.0]), np.array([10.0, 20.0, 30.0])
    flows = radiation(np.array([60.0, 0.0, 0.0]), people, np.abs(place[:, None] - place), finite=False)
    shares = np.array([0.0, 10 * 20 / (10 * 30), 10 * 30 / (30 * 60)])
    np.testing.assert_allclose(flows[0], 60.0 * shares)
    assert not flows[1:].any()


def test_areas_equally_far_count_as_one():
    """Both together take 1 * 4 / (1 * 5) of the moves, and each half of it."""
    flows = radiation(np.ones(3), np.array([1.0, 2.0, 2.0]), 1.0 - np.eye(3), finite=False)
    assert flows[0, 1] == flows[0, 2] == pytest.approx(0.4)


def test_constrained_models_refuse_what_they_cannot_fit():
    flows = np.arange(9.0).reshape(3, 3)
    with pytest.raises(InputError, match="fit the flows"):
        doubly_constrained(flows, np.ones((2, 2)))
    with pytest.raises(NotConverged):
        doubly_constrained(flows, np.ones((3, 3)))
    with pytest.raises(InputError, match="differ"):
        production_constrained(flows, np.ones((1, 3, 3)))
    with pytest.raises(InputError, match="A flow is negative or not finite"):
        production_constrained(-flows, np.ones((1, 3, 3)))
    with pytest.raises(InputError, match="population"):
        radiation(np.ones(2), np.zeros(2), np.ones((2, 2)))


def test_the_page_shows_what_its_examples_print(capsys):
    page = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "gravity.md").read_text()
    shown = re.findall(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", page, re.DOTALL)
    assert len(shown) == 2
    for example, output in shown:
        exec(compile(example, "docs/explanation/gravity.md", "exec"), {})  # noqa: S102 - the example is ours
        assert capsys.readouterr().out == output
