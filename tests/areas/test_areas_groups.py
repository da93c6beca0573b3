"""Groups and their dated membership."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from corridor.areas import Status, areas, codes, find, group_names, meant, members, memberships
from corridor.errors import InputError

DATED = ("CICA", "EAEU", "CIS", "SCO", "OTS", "ASEAN", "GCC", "SAARC", "EU")


def iso3s(group: str, on: date | None = None, status: Status = "member") -> list[str]:
    return [area.iso3 for area in members(group, on, status)]


def test_every_membership_is_sound():
    for group in DATED:
        for each in memberships(group):
            assert each.iso3 in codes()
            assert each.status in {"member", "observer"}
            assert each.confidence in {"F", "C", "R", "J"}
            assert each.source
            assert each.since
            assert each.until is None or each.since <= each.until
            assert each.holds(None) == (each.until is None)


def test_nobody_is_member_and_observer_at_once():
    changes = {each.since for group in DATED for each in memberships(group) if each.since}
    for group in DATED:
        for since in changes:
            on = date.fromisoformat(f"{since}-01-01" if len(since) == 4 else since)
            assert not set(iso3s(group, on)) & set(iso3s(group, on, "observer")), (group, on)


def test_cica_today_has_28_members_and_10_observers():
    assert len(iso3s("CICA")) == 28
    assert iso3s("CICA", status="observer") == ["BLR", "IDN", "JPN", "LAO", "MYS", "PHL", "SAU", "TKM", "UKR", "USA"]


def test_cica_on_1_january_2015_is_today_without_sri_lanka_and_kuwait():
    then = iso3s("CICA", date(2015, 1, 1))
    assert len(then) == 26
    assert set(iso3s("CICA")) - set(then) == {"LKA", "KWT"}


@pytest.mark.parametrize(
    ("on", "count"),
    [
        (date(1999, 9, 13), 0),
        (date(1999, 9, 14), 15),
        (date(2002, 6, 4), 16),
        (date(2004, 10, 22), 17),
        (date(2010, 6, 8), 22),
        (date(2011, 12, 31), 24),
        (date(2014, 12, 31), 26),
        (date(2022, 10, 13), 28),
    ],
)
def test_cica_grew_as_its_secretariat_counts(on, count):
    assert len(iso3s("CICA", on)) == count


@pytest.mark.parametrize(
    ("group", "on", "count"),
    [
        ("EAEU", date(2015, 1, 1), 3),
        ("EAEU", None, 5),
        ("CIS", date(1992, 1, 1), 10),
        ("CIS", None, 9),
        ("SCO", date(2001, 6, 15), 6),
        ("SCO", None, 10),
        ("OTS", None, 5),
        ("ASEAN", date(2025, 10, 25), 10),
        ("ASEAN", None, 11),
        ("GCC", None, 6),
        ("SAARC", None, 8),
        ("EU", date(1958, 1, 1), 6),
        ("EU", date(2003, 12, 31), 15),
        ("EU", date(2004, 5, 1), 25),
        ("EU", date(2020, 1, 31), 28),
        ("EU", date(2020, 2, 1), 27),
        ("EU", date(1950, 1, 1), 0),
        ("World", date(1900, 1, 1), 237),
    ],
)
def test_sizes_of_groups(group, on, count):
    assert len(iso3s(group, on)) == count


def test_the_last_day_is_a_day_of_membership():
    assert "GBR" in iso3s("EU", date(2020, 1, 31))
    assert "GBR" not in iso3s("EU", date(2020, 2, 1))


def test_a_year_alone_counts_from_its_first_day_to_its_last():
    assert "KOR" in iso3s("CICA", date(2006, 1, 1))
    assert "KOR" in iso3s("CICA", date(2005, 12, 31), "observer")
    assert "KOR" not in iso3s("CICA", date(2006, 1, 1), "observer")


def test_turkmenistan_became_an_associate_of_the_cis():
    assert "TKM" in iso3s("CIS", date(2005, 8, 25))
    assert iso3s("CIS", status="observer") == ["TKM"]


def test_members_stand_in_the_order_of_the_register():
    assert iso3s("CICA") == sorted(iso3s("CICA"))


def test_regions_and_subregions_divide_the_world():
    assert iso3s("World") == list(codes())
    for level in ("region", "subregion"):
        names = {getattr(area, level) for area in areas()}
        assert names <= set(group_names())
        assert sorted(iso3 for name in names for iso3 in iso3s(name)) == list(codes())
    assert iso3s("Northern America") == ["BMU", "CAN", "GRL", "SPM", "USA"]
    assert iso3s("Asia", status="observer") == []


def test_names_of_groups_ignore_case_and_suggest():
    assert members("cica") == members("CICA")
    with pytest.raises(InputError, match="CICA"):
        members("CIKA")
    with pytest.raises(InputError, match="South-Eastern Asia"):
        memberships("south eastern asien")


def test_agrees_with_the_table_of_accessions(sources):
    with (sources / "groups/cica_members_and_groups.csv").open(encoding="utf-8", newline="") as file:
        tabled = list(csv.DictReader(file))
    assert [row["iso3"] for row in tabled] == iso3s("CICA")
    columns = {"cica_accession": "CICA"} | {group: group for group in DATED[1:-1]}
    for column, group in columns.items():
        since = {each.iso3: str(each.since)[:4] for each in memberships(group) if each.status == "member"}
        for row in tabled:
            assert row[column] == since.get(row["iso3"], ""), (group, row["iso3"])


def test_agrees_with_the_list_of_observers(sources):
    with (sources / "groups/cica_observers_partners.csv").open(encoding="utf-8", newline="") as file:
        tabled = [row for row in csv.DictReader(file) if row["kind"] == "observer_state"]
    assert sorted(row["iso3_or_code"] for row in tabled) == iso3s("CICA", status="observer")
    since = {each.iso3: each.since for each in memberships("CICA") if each.status == "observer"}
    assert all(since[row["iso3_or_code"]] == row["since"] for row in tabled if row["since"])


def test_agrees_with_the_eu_flags_of_iom(sources):
    with (sources / "codes/iom_country_groups.csv").open(encoding="utf-8", newline="") as file:
        flagged = {row["iso3"] for row in csv.DictReader(file) if row["eu"] and float(row["eu"]) == 1}
    assert flagged & set(codes()) == set(iso3s("EU"))


def test_a_group_or_an_area_is_meant():
    assert meant("cica") == ("CICA", members("CICA"))
    assert meant("Türkiye") == ("Türkiye", (find("TUR"),))
    with pytest.raises(InputError, match=r"no group and no area.*Did you mean Kazakhstan"):
        meant("Kazahstan")
    with pytest.raises(InputError, match="Did you mean ASEAN"):
        meant("ASEANN")
