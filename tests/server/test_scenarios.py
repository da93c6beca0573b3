"""Scenarios that pages send."""

from __future__ import annotations

import pytest

from corridor.errors import InputError
from corridor.scenario import load_scenario
from corridor.server.scenarios import read_scenario, warnings
from tests.server.conftest import problems

PATHWAY = """
title = "A"
[[pathway]]
name = "P"
origins = ["UZB"]
destinations = ["RUS"]
kind = "work"
capacity = {capacity}
unit = "times"
start = {start}
source = "s"
status = "J"
"""


def test_shipped_scenarios_come_with_their_fields(client):
    said = {one["name"]: one for one in client.get("/api/scenarios").json()["scenarios"]}
    assert said["closed-doors"]["fields"]["pathway"][0]["name"] == "Fewer workers"
    assert client.post("/api/check", json={"toml": said["closed-doors"]["toml"]}).json()["digest"] == (
        load_scenario("closed-doors").digest
    )


def test_the_schema_is_that_of_scenario_files(client):
    assert "pathway" in client.get("/api/schema").json()["properties"]


def test_problems_name_their_fields(client):
    answer = client.post("/api/check", json={"toml": PATHWAY.format(capacity=-1, start=2020)})
    assert answer.status_code == 422
    assert {problem["column"] for problem in problems(answer)} == {"pathway[1].start", "pathway[1].capacity"}


def test_what_is_hardly_plausible_is_said(client):
    said = client.post("/api/check", json={"toml": PATHWAY.format(capacity=50, start=2029)}).json()
    assert [(doubt["column"], doubt["kind"]) for doubt in said["warnings"]] == [("pathway[1].capacity", "factor")]
    late = warnings(read_scenario(PATHWAY.format(capacity=2, start=2050)), 2030)
    assert [doubt["kind"] for doubt in late] == ["late"]


@pytest.mark.parametrize(
    "toml",
    [
        'title = "A"\noverrides = ["/etc/passwd"]',
        'title = "A"\noverrides = ["../x.toml"]',
        'title = "A"\noverrides = ["x.toml", "baseline"]',
    ],
)
def test_files_are_out_of_reach(toml):
    with pytest.raises(InputError, match="shipped scenarios only"):
        read_scenario(toml)


def test_problems_do_not_tell_where_the_text_was_put():
    with pytest.raises(InputError) as caught:
        read_scenario("title = 3")
    assert all(problem.file == "scenario.toml" for problem in caught.value.problems)


@pytest.mark.parametrize("toml", ["a = " + "[" * 30 + "]" * 30, "#" * 200_001, "\ud800", "title = ", "x" * 1000])
def test_texts_beyond_limits_are_refused(toml):
    with pytest.raises(InputError):
        read_scenario(toml)
