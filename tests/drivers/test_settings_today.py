"""What is known today about corridors: agreements on file, the panel's visas and resettlement, what is not known."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from importlib.resources import files

import pytest
from click.testing import CliRunner, Result

from corridor.areas import meant
from corridor.cli import main
from corridor.data.panel import load_panel
from corridor.drivers.levers import KINDS
from corridor.drivers.parameters import STATUSES
from corridor.drivers.settings_today import (
    REQUIREMENTS,
    RESETTLEMENT_YEARS,
    agreements,
    resettlement_today,
    settings_today,
    shared_memberships,
)
from corridor.errors import InputError

LISTED = {"origins", "destinations", "excepted", "kinds"}


@pytest.fixture(scope="module")
def panel():
    return load_panel()


def _about(panel, orig, dest, topic):
    return [each for each in settings_today(panel, orig, dest) if each.topic == topic]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["pathways", "settings", *words])


def test_agreements_are_of_the_types_they_say():
    rows = tomllib.loads((files("corridor.drivers") / "agreements.toml").read_text(encoding="utf-8"))["agreement"]
    for row in rows:
        for key, value in row.items():
            assert isinstance(value, list if key in LISTED else str), (row["name"], key)
    assert len({each.name for each in agreements()}) == len(rows) == len(agreements())
    for each in agreements():
        assert each.status in STATUSES
        assert set(each.kinds) <= set(KINDS)
        assert each.kinds
        assert len(each.source) > 20
        for word in (*each.origins, *each.destinations, *each.excepted):
            assert meant(word)[1]


@pytest.mark.parametrize(
    ("orig", "dest", "names"),
    [
        ("UZB", "KOR", {"Employment Permit System of Korea"}),
        ("KOR", "UZB", set()),
        ("KGZ", "RUS", {"Free movement of workers in the EAEU"}),
        ("UZB", "RUS", {"Russian patent"}),
        ("RUS", "UZB", set()),
        ("NPL", "IND", {"Open border of India and Nepal"}),
        ("IND", "NPL", {"Open border of India and Nepal"}),
        ("PAK", "SAU", {"Sponsorship in the Gulf"}),
        ("OMN", "SAU", set()),
        ("KHM", "THA", {"Recognition of professions in ASEAN"}),
    ],
)
def test_agreements_reach_their_corridors_and_no_others(orig, dest, names):
    assert {each.name for each in agreements() if each.covers(orig, dest)} == names


def test_the_employment_permit_system_has_its_sixteen_states():
    (permits,) = (each for each in agreements() if each.name.startswith("Employment"))
    assert len(permits.origins) == 16
    assert not permits.covers("KOR", "KOR")


def test_visas_are_those_of_the_passport_index(panel):
    (visa,) = _about(panel, "KGZ", "RUS", "visa")
    assert visa.says.startswith("As a visitor: no visa.")
    assert visa.status == "F"
    (visa,) = _about(panel, "AFG", "IRN", "visa")
    assert REQUIREMENTS["required"] in visa.says
    assert set(panel.frame("visa_requirement")["requirement"]) == set(REQUIREMENTS)


def test_resettlement_is_the_mean_of_years(panel):
    rows = panel.frame("displacement_solutions")
    one = rows[(rows["origin"] == "AFG") & (rows["asylum"] == "CAN") & rows["year"].isin(RESETTLEMENT_YEARS)]
    means = resettlement_today(panel).set_index(["origin", "asylum"])["persons"]
    assert means["AFG", "CAN"] == pytest.approx(one["resettlement"].sum() / 5)
    (resettled,) = _about(panel, "AFG", "CAN", "resettlement")
    assert f"{means['AFG', 'CAN']:,.0f} a year" in resettled.says
    (nobody,) = _about(panel, "UZB", "KOR", "resettlement")
    assert " 0 a year" in nobody.says


def test_memberships_are_of_groups_that_bind_and_of_today():
    assert [one.group for one, _ in shared_memberships("KGZ", "RUS")] == ["CICA", "EAEU", "CIS", "SCO"]
    assert [one.group for one, _ in shared_memberships("GBR", "FRA")] == []
    assert [one.group for one, _ in shared_memberships("DEU", "FRA")] == ["EU"]


def test_the_status_of_a_shared_membership_is_that_of_the_less_certain_one(panel):
    (union,) = (each for each in _about(panel, "KGZ", "RUS", "membership") if "EAEU" in each.says)
    assert union.status == "R"  # the day of Kyrgyzstan's accession is recalled, Russia's is found


def test_what_is_not_known_is_said(panel):
    said = " ".join(each.says for each in _about(panel, "AFG", "CAN", "not known"))
    assert "Membership: none shared" in said
    assert "none of the" in said
    assert "Places a year by kind" in said
    priors = _about(panel, "AFG", "CAN", "prior")
    assert {each.status for each in priors} == {"J"}
    assert any("uniform 0.02 to 0.3" in each.says for each in priors)
    (passport,) = (each for each in _about(panel, "UZB", "PRI", "not known") if each.says.startswith("Visa"))
    assert "PRI" in passport.says


def test_whatever_is_claimed_has_a_source_and_a_status(panel):
    for orig, dest in (("UZB", "KOR"), ("KGZ", "RUS"), ("NPL", "IND"), ("AFG", "CAN"), ("PAK", "SAU")):
        for each in settings_today(panel, orig, dest):
            assert (each.status in STATUSES and bool(each.source)) == (each.topic != "not known")


@pytest.mark.parametrize(
    ("orig", "dest", "report"), [("UZB", "UZB", "leads from an area to itself"), ("Nowhere", "KOR", "Nowhere")]
)
def test_corridors_that_are_none_are_refused(panel, orig, dest, report):
    with pytest.raises(InputError, match=report):
        settings_today(panel, orig, dest)
    done = run(orig, dest)
    assert done.exit_code == 2
    assert report in done.output


def test_the_command_prints_three_forms():
    rows = json.loads(run("Uzbekistan", "KOR", "--format", "json").output)
    assert [list(row) for row in rows] == [["topic", "says", "status", "source"]] * len(rows)
    assert list(csv.DictReader(io.StringIO(run("UZB", "KOR", "--format", "csv").output))) == rows
    table = run("UZB", "KOR").output
    assert "R: recalled" in table
    for row in rows:
        assert row["topic"] in table
