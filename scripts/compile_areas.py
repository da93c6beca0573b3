"""Compile `src/corridor/areas/register.csv`: codes, names, regions and label points of the areas of WPP 2024.

    npm pack cldr-localenames-full@48.2.0 i18n-iso-countries@7.14.0     # and unpack each in a folder of its own
    python scripts/compile_areas.py --locations locations.csv --geometry ne_50m_countries.geojson \
        --cldr cldr/package --i18n i18n/package --output src/corridor/areas/register.csv
    python scripts/seal.py

Read, never shipped: the UN's list of locations (CC BY 3.0 IGO), Natural Earth 1:50m (public domain), the territory
names of Unicode CLDR (Unicode-3.0) and of i18n-iso-countries (MIT). Every fact is written with a confidence letter
(F found, C computed, R recalled, J judgement) and its source. The result depends on nothing but these files.

Russian and Kazakh names are the short names in general use that CLDR lists, in full where CLDR abbreviates; they give
way to the form of the UN where the two disagree on what an area is called. Other names serve the search only.
"""

from __future__ import annotations

import argparse
import csv
import heapq
import json
import os
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Ring: TypeAlias = npt.NDArray[np.float64]
"""Vertices (longitude, latitude), the first repeated at the end; shape (n, 2)."""
Polygon: TypeAlias = list[Ring]
"""The outer ring, then holes."""

WPP = "UN WPP 2024, list of locations"
CLDR = "Unicode CLDR 48.2"
I18N = "i18n-iso-countries 7.14.0"
NATURAL_EARTH = "Natural Earth 1:50m"
COUNTRY = "4"
"""`location_type` of a country or area in the UN's list."""


class Fact(NamedTuple):
    """A value, how sure it is, and where it comes from."""

    value: str
    confidence: str
    source: str


def _judged(names: dict[str, str], reason: str) -> dict[str, Fact]:
    return {iso3: Fact(name, "J", reason) for iso3, name in names.items()}


ENGLISH = {
    **_judged(
        {
            "BLM": "Saint Barthélemy",
            "CIV": "Côte d'Ivoire",
            "CUW": "Curaçao",
            "REU": "Réunion",
            "TUR": "Türkiye",
        },
        "the UN's spelling; the file read has no accents",
    ),
    "FSM": Fact("Micronesia (Federated States of)", "F", "UNTERM; WPP abbreviates"),
    "PRK": Fact("Democratic People's Republic of Korea", "F", "UNTERM; WPP abbreviates"),
}
"""Where the UN's name is not letter by letter what the file says."""

YEARBOOK = "UN Statistical Yearbook, abbreviated name"
SHORT = {
    **{
        iso3: Fact(name, "C", "UN name without its qualifier")
        for iso3, name in {
            "BOL": "Bolivia",
            "HKG": "Hong Kong SAR",
            "IRN": "Iran",
            "MAC": "Macao SAR",
            "TWN": "Taiwan Province of China",
            "VEN": "Venezuela",
        }.items()
    },
    **{
        iso3: Fact(name, "R", YEARBOOK)
        for iso3, name in {
            "BES": "Bonaire, St. Eustatius & Saba",
            "CAF": "Central African Rep.",
            "COD": "Dem. Rep. of the Congo",
            "FLK": "Falkland Is. (Malvinas)",
            "LAO": "Lao People's Dem. Rep.",
            "PRK": "Dem. P. R. Korea",
            "TZA": "United Rep. of Tanzania",
            "VCT": "Saint Vincent & Grenadines",
            "VIR": "United States Virgin Is.",
        }.items()
    },
    "FSM": Fact("Micronesia (Fed. States of)", "F", WPP),
    "XKX": Fact("Kosovo (UNSCR 1244)", "J", "the UN's name, which refers to the resolution, abbreviated"),
}
"""For figures, which cannot hold forty characters; every other short name is the name."""

UN_FORM = "the form of the UN's own documents in this language"
DECIDED = {
    "ru": {
        **_judged(
            {
                "FLK": "Фолклендские (Мальвинские) острова",
                "HKG": "Китай, САР Гонконг",
                "KGZ": "Кыргызстан",
                "MAC": "Китай, САР Макао",
                "MDA": "Республика Молдова",
                "TLS": "Тимор-Лешти",
                "TWN": "Китай, провинция Тайвань",
                "VAT": "Святой Престол",
                "XKX": "Косово (согласно резолюции 1244 СБ ООН)",
            },
            UN_FORM,
        ),
        **_judged(
            {
                "ARE": "Объединенные Арабские Эмираты",
                "FRO": "Фарерские острова",
                "PRK": "Корейская Народно-Демократическая Республика",
                "SHN": "Остров Святой Елены",
                "USA": "Соединенные Штаты Америки",
                "VGB": "Британские Виргинские острова",
            },
            "written in full; the lists read abbreviate or name another extent",
        ),
    },
    "kk": {
        **_judged(
            {
                "FLK": "Фолкленд (Мальвин) аралдары",
                "FSM": "Микронезия Федеративтік Штаттары",
                "HKG": "Қытай, Гонконг АӘА",
                "KOR": "Корея Республикасы",
                "MAC": "Қытай, Макао АӘА",
                "PRK": "Корей Халық Демократиялық Республикасы",
                "PSE": "Палестина Мемлекеті",
                "TWN": "Қытай, Тайвань провинциясы",
                "VAT": "Қасиетті Тақ",
                "XKX": "Косово (БҰҰ ҚК 1244-қарарына сәйкес)",
            },
            "after the UN's name; no UN list in Kazakh",
        ),
        **_judged({"MMR": "Мьянма"}, "CLDR's name without its former one"),
    },
}
"""Names decided by hand, with the reason."""

FROM_I18N = {
    "ru": ["BMU", "COD", "COG", "COK", "CYM", "IMN", "MHL", "MMR", "MNP", "PSE", "RUS", "SLB", "SYC", "VIR"],
    "kk": ["PHL", "ZAF"],
}
"""Where i18n-iso-countries writes in full, or as the UN does, and CLDR does not."""
FROM_CLDR_VARIANT = {"ru": [], "kk": ["COD", "COG"]}
"""Where CLDR's variant is the UN's name and its main form is not."""

PARTS = {
    "BES": ("NLD", -68.3, 12.2),
    "GLP": ("FRA", -61.7, 16.2),
    "GUF": ("FRA", -53.2, 3.9),
    "MTQ": ("FRA", -61.0, 14.6),
    "MYT": ("FRA", 45.1, -12.8),
    "REU": ("FRA", 55.6, -21.1),
    "TKL": ("NZL", -171.2, -9.3),
}
"""Areas drawn as a polygon of another: that other, and a recalled point that tells which polygon."""
RECALLED_POINTS = {"GIB": (-5.35, 36.14, "the town"), "TUV": (179.2, -8.52, "Funafuti")}
"""Areas that Natural Earth 1:50m does not draw."""


def read_locations(path: Path) -> list[dict[str, str]]:
    """Return the countries and areas of the UN's list, in the order of their ISO codes."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["location_type"] == COUNTRY]
    return sorted(rows, key=lambda row: row["iso3"])


def official_facts(row: dict[str, str]) -> dict[str, str]:
    """Return codes, English names and the UN's region and subregion of one location.

    Northern America has no subregions in the UN's list: it is its own.
    """
    name = ENGLISH.get(row["iso3"], Fact(row["name"], "F", WPP))
    return {
        "iso3": row["iso3"],
        "m49": row["loc_id"],
        "region": row["area_name"],
        "subregion": row["reg_name"] or row["area_name"],
        "un_confidence": "F",
        "un_source": WPP,
        **_columns("name_en", name),
        **_columns("name_short_en", SHORT.get(row["iso3"], name)),
    }


def _columns(column: str, fact: Fact) -> dict[str, str]:
    return {column: fact.value, f"{column}_confidence": fact.confidence, f"{column}_source": fact.source}


class Names:
    """The territory names of CLDR and of i18n-iso-countries, by ISO 3166-1 alpha-3."""

    def __init__(self, cldr: Path, i18n: Path) -> None:
        self.alpha2 = {row[1]: row[0] for row in json.loads((i18n / "codes.json").read_text("utf-8"))} | {"XKX": "XK"}
        self.cldr = {language: self._territories(cldr, language) for language in ("en", "ru", "kk")}
        self.i18n = {
            language: json.loads((i18n / f"langs/{language}.json").read_text("utf-8"))["countries"]
            for language in ("ru", "kk")
        }

    @staticmethod
    def _territories(cldr: Path, language: str) -> dict[str, str]:
        main = json.loads((cldr / f"main/{language}/territories.json").read_text("utf-8"))["main"]
        territories: dict[str, str] = main[language]["localeDisplayNames"]["territories"]
        return territories

    def name(self, iso3: str, language: str) -> Fact:
        """Return the name of an area in Russian or Kazakh: decided by hand, or from the list that has its good form."""
        code = self.alpha2[iso3]
        if iso3 in DECIDED[language]:
            return DECIDED[language][iso3]
        if iso3 in FROM_I18N[language]:
            found = self.i18n[language][code]
            return Fact(found if isinstance(found, str) else found[0], "F", I18N)
        key = f"{code}-alt-variant" if iso3 in FROM_CLDR_VARIANT[language] else code
        return Fact(self.cldr[language][key], "F", CLDR)

    def others(self, iso3: str, in_wpp: str, chosen: set[str]) -> Fact:
        """Return every other name that WPP and CLDR have for an area, separated by semicolons."""
        code = self.alpha2[iso3]
        listed = (
            name
            for territories in self.cldr.values()
            for key, name in territories.items()
            if key == code or key.startswith(f"{code}-alt-")
        )
        others = dict.fromkeys(name for name in (in_wpp, *listed) if name not in chosen)
        return Fact("; ".join(others), "F", f"UN WPP 2024; {CLDR}")


def name_facts(official: dict[str, str], in_wpp: str, names: Names) -> dict[str, str]:
    """Return the Russian and Kazakh names of one area and the other names it is known by."""
    russian, kazakh = (names.name(official["iso3"], language) for language in ("ru", "kk"))
    chosen = {official["name_en"], official["name_short_en"], russian.value, kazakh.value}
    return {
        **_columns("name_ru", russian),
        **_columns("name_kk", kazakh),
        **_columns("also_known", names.others(official["iso3"], in_wpp, chosen)),
    }


def read_polygons(path: Path) -> dict[str, list[Polygon]]:
    """Return the polygons of every feature of Natural Earth by its ISO code."""
    features: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["features"]
    return {feature["properties"]["iso3"]: _polygons(feature["geometry"]) for feature in features}


def _polygons(geometry: dict[str, Any]) -> list[Polygon]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[np.array(ring, dtype=np.float64) for ring in part] for part in parts]


def area_of(polygon: Polygon) -> float:
    """Return the size of a polygon's outer ring in square degrees of the equator."""
    x, y = _flat(polygon[0], polygon).T
    return float(abs(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2)


def _flat(points: Ring, polygon: Polygon) -> Ring:
    """Shrink longitudes to the scale of latitudes in the middle of a polygon."""
    flat: Ring = points * np.array([np.cos(np.radians(polygon[0][:, 1].mean())), 1.0])
    return flat


def depth(point: Ring, rings: list[Ring]) -> float:
    """Return the distance of a point to the nearest edge, negative outside the polygon."""
    inside, nearest = False, np.inf
    for ring in rings:
        start, step = ring[:-1], np.diff(ring, axis=0)
        crosses = (start[:, 1] > point[1]) != (ring[1:, 1] > point[1])
        along = (point[1] - start[crosses, 1]) / step[crosses, 1]
        inside ^= bool(np.sum(point[0] < start[crosses, 0] + along * step[crosses, 0]) % 2)
        length = np.maximum((step**2).sum(axis=1), 1e-18)
        share = np.clip(((point - start) * step).sum(axis=1) / length, 0, 1)
        nearest = min(nearest, float(np.hypot(*(start + share[:, None] * step - point).T).min()))
    return float(nearest if inside else -nearest)


def pole_of_inaccessibility(polygon: Polygon) -> tuple[float, float]:
    """Return the longitude and latitude of the point inside a polygon that lies farthest from its edge.

    Squares are halved, the most promising first, until none can beat the best centre by more than 1 %.
    """
    rings = [_flat(ring, polygon) for ring in polygon]
    low, high = rings[0].min(axis=0), rings[0].max(axis=0)
    half = float((high - low).max()) / 2
    best_point, best = (low + high) / 2, depth((low + high) / 2, rings)
    squares = [(-(best + half * 2**0.5), tuple(best_point), half)]
    while squares and -squares[0][0] > max(best, 0) * 1.01:
        _, centre, half = heapq.heappop(squares)
        half /= 2
        for corner in ((-half, -half), (-half, half), (half, -half), (half, half)):
            point = np.add(centre, corner)
            here = depth(point, rings)
            if here > best:
                best_point, best = point, here
            heapq.heappush(squares, (-(here + half * 2**0.5), tuple(point), half))
    longitude, latitude = best_point / _flat(np.ones((1, 2)), polygon)[0]
    return float(longitude), float(latitude)


def point_facts(iso3: str, drawn: dict[str, list[Polygon]]) -> dict[str, str]:
    """Return the label point of one area.

    An area that crosses the antimeridian is drawn in several polygons, none of which crosses it.
    """
    if iso3 in RECALLED_POINTS:
        longitude, latitude, place = RECALLED_POINTS[iso3]
        return _point_columns(longitude, latitude, "R", f"recalled: {place}")
    if iso3 in PARTS:
        whole, longitude, latitude = PARTS[iso3]
        seed = np.array([longitude, latitude])
        polygon = min(drawn[whole], key=lambda part: float(np.hypot(*(part[0].mean(axis=0) - seed))))
        source = f"{NATURAL_EARTH}, innermost point of its polygon within {whole}"
    else:
        polygon, source = max(drawn[iso3], key=area_of), f"{NATURAL_EARTH}, innermost point of the largest polygon"
    return _point_columns(*pole_of_inaccessibility(polygon), "C", source)


def _point_columns(longitude: float, latitude: float, confidence: str, source: str) -> dict[str, str]:
    return {
        "longitude": f"{longitude:.3f}",
        "latitude": f"{latitude:.3f}",
        "point_confidence": confidence,
        "point_source": source,
    }


def compile_register(locations: Path, geometry: Path, cldr: Path, i18n: Path) -> list[dict[str, str]]:
    """Return the rows of the register."""
    names, drawn = Names(cldr, i18n), read_polygons(geometry)
    rows = []
    for location in read_locations(locations):
        official = official_facts(location)
        named = name_facts(official, location["name"], names)
        rows.append(official | named | point_facts(official["iso3"], drawn))
    return rows


def write_register(rows: list[dict[str, str]], path: Path) -> None:
    """Write the register beside its place, then move it there."""
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def main() -> None:
    """Compile the register from the files named on the command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    for option in ("--locations", "--geometry", "--cldr", "--i18n", "--output"):
        parser.add_argument(option, type=Path, required=True)
    chosen = parser.parse_args()
    write_register(compile_register(chosen.locations, chosen.geometry, chosen.cldr, chosen.i18n), chosen.output)


if __name__ == "__main__":
    main()
