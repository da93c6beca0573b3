"""The register of areas: `register.csv`, compiled by `scripts/compile_areas.py`."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from corridor.areas.names import ALPHA2, EVERYDAY, SEVERAL
from corridor.errors import InputError, Problem, spelling
from corridor.seals import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "ru", "kk")
FACTS = ("un", "name_en", "name_short_en", "name_ru", "name_kk", "also_known", "point")
"""What the register holds evidence for; `un` stands for the codes, the region and the subregion."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How sure a fact is (F found, C computed, R recalled, J judgement) and its source, or why it was decided."""

    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Area:
    """One of the 237 countries and areas of WPP 2024.

    Attributes
    ----------
    iso3, m49 : ISO 3166-1 alpha-3 code, UN numeric code (the location of WPP)
    name, short_name : the UN's English name; a form of at most 29 characters for figures
    names : English, Russian and Kazakh names by "en", "ru", "kk"
    also_known : other names, which `find` understands and nothing prints
    longitude, latitude : a point inside the area's largest polygon, where a label stands; degrees
    region, subregion : the UN's, as WPP 2024 places them; Northern America is its own subregion
    evidence : confidence and source of each fact, by the words of `FACTS`
    """

    iso3: str
    m49: int
    name: str
    short_name: str
    names: Mapping[str, str] = field(hash=False, repr=False)
    also_known: tuple[str, ...] = field(repr=False)
    longitude: float
    latitude: float
    region: str
    subregion: str
    evidence: Mapping[str, Evidence] = field(hash=False, repr=False)


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table that lies beside this module; one that was changed raises `InputError`."""
    return list(csv.DictReader(shipped(f"areas/{name}").decode().splitlines()))


def _area(row: dict[str, str]) -> Area:
    return Area(
        iso3=row["iso3"],
        m49=int(row["m49"]),
        name=row["name_en"],
        short_name=row["name_short_en"],
        names={language: row[f"name_{language}"] for language in LANGUAGES},
        also_known=tuple(row["also_known"].split("; ")) if row["also_known"] else (),
        longitude=float(row["longitude"]),
        latitude=float(row["latitude"]),
        region=row["region"],
        subregion=row["subregion"],
        evidence={fact: Evidence(row[f"{fact}_confidence"], row[f"{fact}_source"]) for fact in FACTS},
    )


@cache
def areas() -> tuple[Area, ...]:
    """Return the 237 areas in their one order."""
    return tuple(_area(row) for row in read_table("register.csv"))


@cache
def codes() -> tuple[str, ...]:
    """Return the 237 ISO alpha-3 codes in the order of the ORIG and DEST axes."""
    return tuple(area.iso3 for area in areas())


@cache
def _positions() -> dict[str, int]:
    return {iso3: position for position, iso3 in enumerate(codes())}


def index(iso3: str) -> int:
    """Return the position of an area on the ORIG and DEST axes.

    Raises
    ------
    InputError
        If `iso3` is not the code, in capitals, of one of the 237 areas.
    """
    if iso3 not in _positions():
        raise InputError(Problem("no area has this ISO alpha-3 code", spelling(iso3, codes()), value=iso3))
    return _positions()[iso3]


def fold(word: str) -> str:
    """Return a word without case, accents, punctuation and doubled blanks, as names are compared."""
    bare = "".join(
        letter if letter.isalnum() else " " if letter.isspace() or unicodedata.category(letter) == "Pd" else ""
        for letter in unicodedata.normalize("NFKD", word.replace("&", " and ").casefold())
    )
    return " ".join(bare.split())


def _spellings(area: Area) -> tuple[str, ...]:
    official = (area.iso3, str(area.m49), f"{area.m49:03}", area.short_name, *area.names.values(), *area.also_known)
    return (*official, ALPHA2[area.iso3], *EVERYDAY.get(area.iso3, ()))


@cache
def _by_spelling() -> dict[str, tuple[Area, ...]]:
    known = {fold(word): (area,) for area in areas() for word in _spellings(area)}
    return known | {fold(word): tuple(areas()[index(code)] for code in found) for word, found in SEVERAL.items()}


def called(word: str) -> tuple[Area, ...]:
    """Return the areas that a code or name means: none, one, or several such as those of "Korea"."""
    return _by_spelling().get(fold(word), ())


def find(word: str) -> Area:
    """Return the area that a code or a name means.

    Parameters
    ----------
    word : ISO alpha-3 or alpha-2 code, UN numeric code, or any English, Russian or Kazakh name; case, accents and
        punctuation do not matter

    Raises
    ------
    InputError
        If no area is called so, or several are; the report suggests near spellings, or names the areas.
    """
    found = called(word)
    if len(found) == 1:
        return found[0]
    if found:
        meanings = " or ".join(f"{area.iso3} for {area.name}" for area in found)
        raise InputError(Problem("this name has several meanings", f"Write {meanings}", value=word))
    fault = "no area has this ISO code, UN code, or English, Russian or Kazakh name"
    raise InputError(Problem(fault, _nearest(word), value=word))


def _nearest(word: str) -> str:
    """Return a remedy that suggests areas by names near to a word, each once, with its code."""
    known = {spelled: area for area in areas() for spelled in _spellings(area) if len(spelled) > 3 or len(word) <= 3}
    remedy = spelling(word, list(known))
    if not remedy.startswith("Did you mean"):
        return remedy
    words = remedy.removeprefix("Did you mean ").removesuffix("?").split(" or ")
    once = {known[spelled].iso3: spelled for spelled in reversed(words) if spelled in known}
    shown = [spelled if spelled == code else f"{spelled} ({code})" for code, spelled in reversed(once.items())]
    return f"Did you mean {' or '.join(shown)}?" if shown else remedy
