"""`corridor areas` on the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner, Result

from corridor.cli import main
from corridor.cli.areas_command import areas_command


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["areas", *words])


def test_lists_all_areas():
    result = run("--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert result.exit_code == 0
    assert len(rows) == 237
    assert rows[0] == {
        "iso3": "ABW",
        "m49": "533",
        "name": "Aruba",
        "region": rows[0]["region"],
        "subregion": "Caribbean",
    }


def test_lists_members_on_a_date_with_evidence():
    rows = json.loads(run("CICA", "--on", "2015-01-01", "--format", "json").output)
    assert len(rows) == 26
    thailand = next(row for row in rows if row["iso3"] == "THA")
    assert thailand["since"] == "2004-10-22"
    assert thailand["confidence"] == "F"
    assert "s-cica.org" in thailand["source"]
    assert "2006" in thailand["note"]


def test_table_ends_with_the_sources_its_numbers_stand_for():
    output = run("eaeu", "--lang", "kk").output
    assert "Қазақстан" in output
    assert " 1  " in output
    assert "Treaty on the EAEU" in output


def test_observers_and_nobody():
    assert [row["iso3"] for row in json.loads(run("CIS", "--status", "observer", "--format", "json").output)] == ["TKM"]
    assert run("ASEAN", "--on", "1950-01-01").output == "The group had no such members on that date.\n"


@pytest.mark.parametrize(
    ("words", "report"),
    [
        (("CIKA",), "CICA"),
        (("CICA", "--on", "2015-13-01"), "2015-13-01"),
        (("--on", "2015-01-01"), "GROUP"),
        (("CICA", "--lang", "fr"), "fr"),
    ],
)
def test_bad_input_exits_with_2_and_says_why(words, report):
    result = run(*words)
    assert result.exit_code == 2
    assert report in result.output


def test_describes_itself():
    assert "CICA" in CliRunner().invoke(areas_command, ["--help"]).output
