"""The register of areas: complete, evidenced, and found by any of its names."""

from __future__ import annotations

import pickle
import unicodedata
from collections import Counter

import pytest

from corridor.areas import areas, codes, find, index, meant
from corridor.areas.register import FACTS, _spellings, fold
from corridor.errors import InputError


def test_237_areas_in_the_order_of_their_codes():
    assert len(areas()) == 237
    assert len(set(codes())) == 237
    assert len({area.m49 for area in areas()}) == 237
    assert list(codes()) == sorted(codes())
    assert [index(iso3) for iso3 in codes()] == list(range(237))


def test_every_fact_has_a_confidence_and_a_source():
    for area in areas():
        assert set(area.evidence) == set(FACTS)
        for evidence in area.evidence.values():
            assert evidence.confidence in {"F", "C", "R", "J"}
            assert evidence.source


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_names_are_cyrillic_to_the_letter(language):
    for area in areas():
        name = area.names[language]
        assert name
        strange = [letter for letter in name if letter.isalpha() and "CYRILLIC" not in unicodedata.name(letter)]
        assert not strange, (area.iso3, name, strange)


def test_names_are_unique_in_each_language():
    for language in ("en", "ru"):
        assert max(Counter(area.names[language] for area in areas()).values()) == 1
    assert max(Counter(area.short_name for area in areas()).values()) == 1


def test_no_spelling_means_two_areas():
    meanings: dict[str, set[str]] = {}
    for area in areas():
        for word in _spellings(area):
            meanings.setdefault(fold(word), set()).add(area.iso3)
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


def test_short_names_fit_a_figure():
    assert max(len(area.short_name) for area in areas()) <= 29
    assert find("IRN").short_name == "Iran"
    assert find("HKG").short_name == "Hong Kong SAR"
    assert find("KAZ").short_name == find("KAZ").name


@pytest.mark.parametrize(
    ("word", "iso3"),
    [
        ("kaz", "KAZ"),
        ("398", "KAZ"),
        ("4", "AFG"),
        ("004", "AFG"),
        ("Қазақстан", "KAZ"),
        ("казахстан", "KAZ"),
        ("TURKIYE", "TUR"),
        ("Türkiye", "TUR"),
        ("Turkey", "TUR"),
        ("cote d’ivoire", "CIV"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("iran", "IRN"),
        ("Киргизия", "KGZ"),
        ("Кыргызстан", "KGZ"),
        ("South Korea", "KOR"),
        ("Dem. People's Republic of Korea", "PRK"),
        ("Папуа-Новая Гвинея", "PNG"),
        ("  viet   nam ", "VNM"),
        ("Trinidad & Tobago", "TTO"),
        ("Конго Республикасы", "COG"),
        ("NA", "NAM"),
        ("gb", "GBR"),
        ("XK", "XKX"),
        ("Egypt, Arab Rep.", "EGY"),
        ("Korea, Dem. People's Rep.", "PRK"),
        ("Congo, Dem. Rep.", "COD"),
        ("Congo, Rep.", "COG"),
        ("Micronesia, Fed. Sts.", "FSM"),
        ("St. Martin (French part)", "MAF"),
        ("Virgin Islands (U.S.)", "VIR"),
        ("West Bank and Gaza", "PSE"),
        ("Côte d\u0302’Ivoire", "CIV"),
    ],
)
def test_find_reads_codes_and_names(word, iso3):
    assert find(word).iso3 == iso3


def test_find_suggests_near_spellings():
    with pytest.raises(InputError, match="Kazakhstan"):
        find("Kazahstan")
    with pytest.raises(InputError, match="Казахстан"):
        find("Казакстан")


@pytest.mark.parametrize(("word", "iso3"), [("UAE", "ARE"), ("Britain", "GBR"), ("Burma", "MMR"), ("Turkey", "TUR")])
def test_find_knows_names_in_daily_use(word, iso3):
    assert find(word).iso3 == iso3


def test_a_part_of_a_name_is_suggested_whole_and_before_what_is_spelt_alike():
    with pytest.raises(InputError, match=r"Did you mean El Salvador\?"):
        meant("Salvador")
    with pytest.raises(InputError, match="United States of America"):
        meant("America")


@pytest.mark.parametrize(
    ("word", "codes_named"),
    [
        ("Korea", ("KOR", "PRK")),
        ("Congo", ("COG", "COD")),
        ("Конго", ("COG", "COD")),
        ("virgin islands", ("VGB", "VIR")),
        ("Micronesia", ("FSM", "Micronesia (region)")),
    ],
)
def test_a_name_of_several_areas_asks_which(word, codes_named):
    with pytest.raises(InputError) as caught:
        meant(word)
    for code in codes_named:
        assert f"{code} for" in str(caught.value)


def test_a_region_named_like_an_area_is_meant_by_its_kind():
    assert [area.iso3 for area in meant("FSM")[1]] == ["FSM"]
    assert len(meant("Micronesia (region)")[1]) == 7


def test_suggestions_name_each_area_once_with_its_code():
    with pytest.raises(InputError, match=r"Did you mean Guinea \(GIN\) or"):
        find("Guinee")


def test_index_wants_a_code():
    with pytest.raises(InputError, match="KAZ"):
        index("kaz")


def test_points_are_on_the_globe_and_apart():
    points = {(area.longitude, area.latitude) for area in areas()}
    assert len(points) == 237
    assert all(-180 <= longitude <= 180 and -90 <= latitude <= 90 for longitude, latitude in points)


def test_the_un_places_what_is_disputed():
    assert find("TWN").name == "China, Taiwan Province of China"
    assert find("TWN").subregion == "Eastern Asia"
    assert find("XKX").name == "Kosovo (under UNSC res. 1244)"
    assert find("PSE").name == "State of Palestine"
    assert (find("GRL").region, find("GRL").subregion) == ("Northern America", "Northern America")


def test_an_area_travels_between_processes():
    assert pickle.loads(pickle.dumps(find("KAZ"))) == find("KAZ")  # noqa: S301 - our own bytes
    assert len(set(areas())) == 237
