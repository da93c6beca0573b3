"""Laws of flows from a user's own tables, on random worlds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.errors import InputError
from corridor.estimate.own.own_data import flows_from_stocks
from corridor.estimate.own.own_tables import USUAL_NAMES

RELATIVE = 1e-7  # of the world's people: stocks of 1e6 are fitted to 1e-12 of a total


NAMES = st.text("abcxyz ", min_size=1, max_size=4).map(lambda word: " ".join(word.split())).filter(bool)


@st.composite
def worlds(draw):
    """Tables of two to six areas: people who died, were born and moved explain the stock at the end."""
    names = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = len(names)
    start = 10 ** random.uniform(2, 5, (n, n)) * (1 + 20 * np.eye(n))
    dying = random.uniform(0.0, 0.2, n)
    births = random.uniform(0.0, 0.2, n) * np.diagonal(start)
    moving = random.uniform(0.0, 0.3, (n, n, 1)) * random.dirichlet(np.ones(n), (n, n))
    survivors = start * (1 - dying)
    moves = survivors[:, :, None] * moving  # birthplace, origin, destination
    end = survivors - moves.sum(axis=2) + moves.sum(axis=1) + np.diag(births)
    return names, tables_of(names, start, end, births, dying * start.sum(axis=0))


def tables_of(names, start, end, births, deaths):
    birthplace, residence = np.repeat(names, len(names)), np.tile(names, len(names))
    stocks = (
        pd.DataFrame({"birthplace": birthplace, "residence": residence, "persons": cells.ravel()})
        for cells in (start, end)
    )
    events = (pd.DataFrame({"area": names, "persons": persons}) for persons in (births, deaths))
    return dict(zip(("start", "end", "births", "deaths"), (*stocks, *events), strict=True))


def implied_net(names, tables):
    people = [tables[name].groupby("residence")["persons"].sum()[names].to_numpy() for name in ("start", "end")]
    births, deaths = (tables[name].set_index("area")["persons"][names].to_numpy() for name in ("births", "deaths"))
    return people[1] - people[0] - births + deaths


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_closed_accounts_have_the_net_migration_of_the_tables(world):
    names, tables = world
    size = tables["start"]["persons"].sum()
    for method in ("minimum", "independence", "blend"):
        estimate = flows_from_stocks(**tables, method=method)
        assert (estimate.flows["persons"] > 0).all()
        assert not np.trace(estimate.matrix.to_numpy())
        found = estimate.net.set_index("area")["net"][names].to_numpy()
        np.testing.assert_allclose(found, implied_net(names, tables), atol=RELATIVE * size)


@settings(max_examples=40, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_names_carry_the_numbers_not_places(world, random):
    names, tables = world
    shuffled = {name: table.sample(frac=1, random_state=random.randrange(2**31)) for name, table in tables.items()}
    one, two = (flows_from_stocks(**given_tables).matrix for given_tables in (tables, shuffled))
    np.testing.assert_allclose(two.loc[names, names], one.loc[names, names], rtol=1e-6, atol=1e-4)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_a_spoilt_cell_is_told_with_its_row(world, data):
    _, tables = world
    name = data.draw(st.sampled_from(sorted(tables)))
    row = data.draw(st.integers(0, len(tables[name]) - 1))
    column = data.draw(st.sampled_from([*USUAL_NAMES.keys(name), "persons"]))
    spoilt = data.draw(st.sampled_from([-1.0, np.nan, np.inf, "x"])) if column == "persons" else None
    table = tables[name].astype(object)
    table.iloc[row, list(table.columns).index(column)] = spoilt
    with pytest.raises(InputError) as caught:
        flows_from_stocks(**{**tables, name: table})
    assert (name, row + 2, column) in {(each.file, each.row, each.column) for each in caught.value.problems}
