"""A run in the hand: labelled, read-only, the same numbers as the command line, comparable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.areas import codes, index
from corridor.errors import InputError
from corridor.reports.outlook.answer import compute_outlook
from corridor.reports.request import check_request

LAST = 2030
DRAWS = 8


@pytest.fixture(scope="module")
def world():
    return corridor.World.load(to=LAST)


@pytest.fixture(scope="module")
def baseline(world):
    return world.run(draws=DRAWS, corridors=[("UZB", "KAZ"), ("BGD", "ARE")])


@pytest.fixture(scope="module")
def opened(world):
    return world.run("korea-eps-doubled", draws=DRAWS)


def test_a_run_has_the_numbers_of_the_outlook(panel, baseline):
    outlook = compute_outlook(panel, check_request("CICA", LAST, "blended", "2020-2024"))
    np.testing.assert_array_equal(baseline.flows, outlook.projection.flows)
    np.testing.assert_array_equal(baseline.population, outlook.projection.population)
    np.testing.assert_array_equal(baseline.stocks, outlook.projection.stock)


def test_figures_are_found_by_label(baseline):
    one = baseline.flows.at(orig="UZB", dest="KAZ", year=LAST)
    assert float(one) == baseline.flows.values[-1, index("UZB"), index("KAZ")]
    some = baseline.flows.at(orig=["UZB", "TJK"], dest="RUS")
    assert (some.shape, list(some.axes)) == ((LAST - 2024, 2), ["year", "orig"])
    assert float(baseline.flows.sum()) == pytest.approx(baseline.flows.values.sum())
    by_year = baseline.population.at(area="KAZ").sum("sex", "age")
    assert float(by_year.at(year=LAST + 1)) == pytest.approx(baseline.population.values[-1, index("KAZ")].sum())


def test_people_balance(baseline):
    births, deaths = (values.sum("sex").values for values in (baseline.births, baseline.deaths))
    people = baseline.population.sum("sex", "age").values
    np.testing.assert_allclose(people[1:] - people[:-1], births - deaths + baseline.net_migration.values, atol=1e-3)
    np.testing.assert_allclose(baseline.stocks.sum("birthplace").values, people, rtol=1e-9)


@pytest.mark.parametrize("name", ["flows", "population", "stocks", "births", "deaths", "net_migration"])
def test_figures_cannot_be_changed(baseline, name):
    with pytest.raises(ValueError, match="read-only"):
        getattr(baseline, name).values[:] = 0.0
    copied = np.array(getattr(baseline, name))
    copied[:] = 0.0
    assert getattr(baseline, name).values.any()


def test_representations_are_short(world, baseline):
    for shown in (world, baseline, baseline.flows, baseline.scenario, baseline.interval("births")):
        assert 0 < len(repr(shown).splitlines()) <= 10
        assert max(map(len, repr(shown).splitlines())) <= 120


def test_draws_lie_around_the_run_at_the_medians(baseline):
    bounds = baseline.interval("moves_in").at(area="KAZ").values
    assert (np.diff(bounds, axis=0) >= 0.0).all()
    assert baseline.drawn("population").shape == (DRAWS, LAST - 2024, len(codes()))
    drawn = baseline.drawn_flows().at(corridor="UZB to KAZ", year=LAST).values
    stated = float(baseline.flows.at(orig="UZB", dest="KAZ", year=LAST))
    assert drawn.min() < stated < drawn.max()


def test_draws_that_were_stopped_go_on(world, tmp_path):
    class Stopped(Exception):  # noqa: N818 - it is no error
        pass

    def stop(_: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        world.run(draws=24, store=tmp_path / "kept", progress=stop)
    done: list[int] = []
    resumed = world.run(draws=24, store=tmp_path / "kept", progress=done.append)
    straight = world.run(draws=24)
    np.testing.assert_array_equal(resumed.drawn("moves_in"), straight.drawn("moves_in"))
    assert sum(done) == 24


def test_two_runs_are_compared_draw_by_draw(baseline, opened):
    table = baseline.compare(opened)
    korea = table.query(f"area == 'KOR' and year == {LAST} and measure == 'moves_in'").iloc[0]
    assert korea["other"] - korea["this"] == pytest.approx(korea["difference"])
    assert korea["percent"] == pytest.approx(100 * korea["difference"] / korea["this"])
    assert 0 < korea["lower_80"] <= korea["upper_80"]
    same = baseline.compare(baseline)
    assert not same[["difference", "lower_80", "upper_80"]].to_numpy().any()


def test_tables_hold_what_the_arrays_hold(baseline):
    table = baseline.to_frame()
    assert len(table) == len(baseline.years) * len(codes())
    row = table.query(f"area == 'KAZ' and year == {LAST}").iloc[0]
    assert row["moves_in"] == pytest.approx(baseline.flows.values[-1, :, index("KAZ")].sum())
    assert row["moves_in_lower_80"] <= row["moves_in_upper_80"]
    data = baseline.to_xarray()
    assert float(data["flows"].sel(orig="UZB", dest="KAZ", year=LAST)) == float(
        baseline.flows.at(orig="UZB", dest="KAZ", year=LAST)
    )
    assert data["population"].attrs["units"] == "persons"
    long = baseline.births.at(area=["KAZ", "UZB"]).to_frame()
    pd.testing.assert_series_equal(
        long.groupby("area")["births"].sum(),
        pd.Series(baseline.births.at(area=["KAZ", "UZB"]).sum("year", "sex").values, ["KAZ", "UZB"], name="births"),
        check_names=False,
    )


def test_a_run_can_be_cited_explained_and_reported(baseline, tmp_path):
    assert baseline.scenario.digest[:12] in baseline.cite()
    answer = baseline.explain("KAZ")
    table = answer.to_frame().query("view == 'moves in, Kazakhstan'")
    stated = baseline.flows.values[-1, :, index("KAZ")].sum()
    assert table["value"].iloc[-1] == pytest.approx(stated, abs=0.5)
    page = baseline.report(tmp_path / "report", group="MNG")
    assert "Mongolia" in page.read_text()
    with pytest.raises(InputError, match="causes are computed for the base"):
        corridor.World.load(to=2026, base="model").run().explain("KAZ")


def test_the_imported_table_of_warming_is_asked_for(world):
    with pytest.raises(InputError, match="warming"):
        world.run(settings={"climate.per_degree": "imported"})
