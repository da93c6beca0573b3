"""Tables that can be read and do not mean what their author thinks, as data: each is refused, noted, or undetectable.

A row edits one table or setting of the right files of a reader (`tests.fuzz.readers`). `says` is a part of the message,
or, where nothing can be noticed, the reason, which docs/reference/tables.md repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from corridor.axes import SEXES
from tests.folders import cell, each_region, edit, new, repeat_net, rows, scaled, setting, swapped, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    Edit = Callable[[Path], object]


class Meant(NamedTuple):
    """A case: what its author did, to which reader's files, and what comes of it."""

    name: str
    reader: str
    edit: Edit
    expected: str
    says: str


# Edits --------------------------------------------------------------------------------------------------------------

FIVE = [*(f"{age}-{age + 4}" for age in range(0, 85, 5)), "85+"]
BROAD = ["0-14", "15-24", "25-44", "45-64", "65+"]
RATES = {age: 0.0005 * float(np.exp(0.07 * age)) for age in (0, 1, *range(5, 90, 5))}


def every(*edits: Edit) -> Edit:
    def change(folder: Path) -> None:
        for one in edits:
            one(folder)

    return change


def without(*names: str) -> Edit:
    def change(folder: Path) -> None:
        for name in names:
            (folder / f"{name}.csv").unlink()

    return change


def labelled(labels: Sequence[object], **others: object) -> Edit:
    """Write the five-year ages of the population as labels; `others` by their place, g3 the fourth."""
    written = [others.get(f"g{place}", label) for place, label in enumerate(labels)]
    return edit("population", lambda frame: frame.assign(age=[written[age // 5] for age in frame["age"]]))


def by_age(name: str, labels: Sequence[object], sexes: Sequence[str] = SEXES) -> Edit:
    """Split persons evenly by sex and age."""
    groups = pd.MultiIndex.from_product([sexes, labels], names=["sex", "age"]).to_frame(index=False)

    def split(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.merge(groups, how="cross").assign(persons=lambda all_: all_["persons"] / len(groups))

    return edit(name, split)


def some_rows(name: str, query: str) -> Edit:
    return edit(name, lambda frame: frame.query(query))


def put(name: str, column: str, value: object, query: str) -> Edit:
    """Put a value into the rows that a query finds."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        found = frame.index.isin(frame.query(query).index)
        cells = [value if there else cell for there, cell in zip(found, frame[column], strict=True)]
        return frame.assign(**{column: pd.Series(cells, index=frame.index, dtype=object)})

    return edit(name, change)


def times(name: str, column: str, factor: float, query: str) -> Edit:
    return edit(
        name,
        lambda frame: frame.assign(
            **{column: frame[column] * np.where(frame.index.isin(frame.query(query).index), factor, 1)}
        ),
    )


def dated(name: str, years: Sequence[int], factors: Sequence[float]) -> Edit:
    def repeat(frame: pd.DataFrame) -> pd.DataFrame:
        parts = [
            frame.assign(year=year, persons=frame["persons"] * factor)
            for year, factor in zip(years, factors, strict=True)
        ]
        return pd.concat(parts)

    return edit(name, repeat)


def named(column: str, old: object, word: object, *names: str) -> Edit:
    return every(
        *(edit(name, lambda frame: frame.assign(**{column: frame[column].replace(old, word)})) for name in names)
    )


def region(old: str, word: str) -> Edit:
    """Call a region by another name in all tables."""
    tables = ("population", "life_expectancy", "total_fertility", "net_migration")
    return every(
        named("region", old, word, *tables), named("orig", old, word, "flows"), named("dest", old, word, "flows")
    )


def total_row(name: str) -> Edit:
    """Add a region that is the sum of the others to the people, which stand alone."""

    def add(frame: pd.DataFrame) -> pd.DataFrame:
        whole = frame.groupby(["sex", "age"], as_index=False)["persons"].sum().assign(region=name)
        both: pd.DataFrame = pd.concat([frame, whole[list(frame)]])
        return both

    return every(without("life_expectancy", "total_fertility", "net_migration", "flows"), edit("population", add))


def deaths(rates: Mapping[Any, float] = RATES, **others: float) -> Edit:
    """Write mortality.csv; `others` put rates at ages: a85=0."""
    changed = {age: others.get(f"a{age}", rate) for age, rate in rates.items()}
    lines = (f"{sex},{age},{rate}" for sex in SEXES for age, rate in changed.items())
    return every(without("life_expectancy"), new("mortality.csv", each_region("region,sex,age,rate", *lines)))


def births(*lines: str) -> Edit:
    return every(without("total_fertility"), new("fertility.csv", each_region("region,age,rate", *lines)))


def exchanged(name: str, column: str, one: object, two: object) -> Edit:
    words = {one: two, two: one}
    return edit(name, lambda frame: frame.assign(**{column: frame[column].replace(words)}))


def more(name: str, *lines: str) -> Edit:
    """Add rows at the end."""
    return text(name, lambda old: old.rstrip("\n") + "".join(f"\n{line}" for line in lines) + "\n")


def whole_stock(word: str) -> Edit:
    """Add an area that is the sum of the others to stocks, births and deaths."""

    def add(frame: pd.DataFrame) -> pd.DataFrame:
        keys = [name for name in ("birthplace", "residence", "area") if name in frame]
        frame = frame[[*keys, "persons"]]
        for key in keys:
            rest = [name for name in keys if name != key]
            summed = (
                frame.groupby(rest, as_index=False)["persons"].sum() if rest else frame[["persons"]].sum().to_frame().T
            )
            frame = pd.concat([frame, summed.assign(**{key: word})[list(frame)]])
        return frame

    return every(*(edit(name, add) for name in ("stock_start", "stock_end", "births", "deaths")))


def in_all(names: Iterable[str], column: str, factor: float) -> Edit:
    return every(*(scaled(name, column, factor) for name in names))


DISTANCES = "orig,dest,km\nAFG,IRN,1500\nIRN,AFG,1500\nDEU,FRA,800\nFRA,DEU,800\nCHN,IND,3000\nIND,CHN,3000\n"
REVISION = "vintage == 2015 and iso3 == 'KAZ'"


# Cases --------------------------------------------------------------------------------------------------------------

P, E, W, F, M, D, V, B, S = (
    *("project", "estimate", "import warming", "import effects", "import flows", "import distance"),
    *("vintages", "import bds", "scenario"),
)
R, N, U = "refused", "noted", "undetectable"

MEANT: tuple[Meant, ...] = tuple(
    Meant(*row)
    for row in (
        # Ages of people
        ("80+ beside 85+", P, labelled(FIVE, g16="80+"), R, "overlap"),
        ("85+ beside 90+", P, more("population", "Coast,female,90+,100", "Coast,male,90+,50"), R, "no age"),
        ("labelled 85+ beside 90+", P, every(labelled(FIVE), more("population", "Coast,male,90+,50")), R, "overlap"),
        ("15-24 beside 20-24", P, labelled(FIVE, g3="15-24"), R, "15-24 and 20-24"),
        ("0-5, 5-10: both ends twice", P, labelled([f"{age}-{age + 5}" for age in range(0, 85, 5)] + ["85+"]), R, "over"),
        ("a label that runs backwards", P, labelled(FIVE, g1="9-5"), R, "backwards"),
        ("85-89 for the oldest", P, labelled(FIVE, g17="85-89"), R, "not open"),
        ("one region ends at 80+", P, every(labelled(FIVE), put("population", "age", "80+", "region == 'Hills' and age == '80-84'")), R, "overlap"),
        ("a group of ten years among fives", P, every(labelled(FIVE, g6="30-39"), some_rows("population", "age != '35-39'")), R, "wide"),
        ("ages from 5 on", P, some_rows("population", "age > 0"), R, "no age 0"),
        ("an age of 200", P, labelled(FIVE, g17="200+"), R, "130"),
        ("an age called Total", P, more("population", "Coast,female,Total,600000"), R, "not an age"),
        ("a sex called both", P, more("population", "Coast,both,0,60000"), R, "female, male"),
        ("people to 49 only", P, some_rows("population", "age < 50"), R, "open group starts before 60"),
        # Ages of moves
        ("flows in broad groups", P, by_age("flows", BROAD), N, "in proportion"),
        ("flows by first ages far apart", P, by_age("flows", [0, 15, 25, 45, 65]), N, "up to the next"),
        ("flows that cut groups at 18", P, by_age("flows", ["0-17", "18-64", "65+"]), N, "in proportion"),
        ("flows of 80+ beside 85+", P, by_age("flows", [*FIVE[:16], "80+", "85+"]), R, "overlap"),
        ("flows with a gap", P, by_age("flows", ["0-14", "20-64", "65+"]), R, "gaps"),
        ("flows to 84 only", P, by_age("flows", ["0-14", "15-64", "65-84"]), R, "not open"),
        ("flows from 15 on only", P, by_age("flows", ["15-64", "65+"]), R, "begin at 0"),
        ("flows of 80-89 where 85+ is open", P, by_age("flows", ["0-79", "80-89", "90+"]), R, "open group of the population"),
        ("flows of women only", P, by_age("flows", range(0, 90, 5), ["female"]), R, "one sex only"),
        ("a pair without men", P, every(by_age("flows", range(0, 90, 5)), some_rows("flows", "not (orig == 'Coast' and dest == 'Hills' and sex == 'male')")), R, "Coast to Hills"),
        ("a pair without an age", P, every(by_age("flows", range(0, 90, 5)), some_rows("flows", "not (orig == 'Coast' and dest == 'Hills' and age == 40)")), N, "age 40"),
        ("a pair without a year", P, every(dated("flows", [2025, 2030], [1, 1]), some_rows("flows", "not (orig == 'Coast' and dest == 'Hills' and year == 2030)")), R, "Coast to Hills in 2030"),
        ("flows by age without sex", P, edit("flows", lambda frame: frame.assign(age=20)), R, "only one of the columns"),
        ("net migration in broad groups", P, by_age("net_migration", BROAD), N, "in proportion"),
        ("net migration of 60+ beside 65+", P, by_age("net_migration", ["0-59", "60+", "65+"]), R, "overlap"),
        ("net migration of men only", P, by_age("net_migration", range(0, 90, 5), ["male"]), R, "sex female: no age"),
        ("net migration without an age", P, every(by_age("net_migration", range(0, 90, 5)), some_rows("net_migration", "not (region == 'Hills' and age == 20)")), R, "no age 20"),
        # Ages of rates
        ("fertility of 15-49", P, births("15-49,.05"), N, "holds at all its ages: 15-49"),
        ("fertility of 15-49 beside 15-19", P, births("15-49,.05", "15-19,.02"), R, "may not overlap"),
        ("fertility with a gap", P, births("15-24,.05", "30-39,.02"), R, "gaps"),
        ("fertility of 45+", P, births("15-44,.05", "45+,.001"), R, "outside the ages"),
        ("fertility of mothers of 60", P, births("15-59,.05"), R, "outside the ages"),
        ("births before 20 only", P, births("15,.11"), N, "20 to 39"),
        ("single ages of fertility beside fives", P, births(*(f"{age},.05" for age in range(15, 50))), R, "the ages are not"),
        ("fertility in per cent", P, births(*(f"{age},{rate}" for age, rate in ((20, 12), (25, 15), (30, 9)))), R, "1,000 women"),
        ("fertility times five", P, births(*(f"{age},.45" for age in range(15, 50, 5))), R, "total-fertility"),
        ("a rate of fertility ten times its neighbours", P, births("15,.02", "20,.08", "25,.009", "30,.09", "35,.05", "40,.01"), N, "neighbouring"),
        ("fertility far from total fertility", P, new("fertility.csv", each_region("region,age,rate", "20,.02", "25,.04", "30,.03", "35,.03")), N, "sets the level"),
        ("death rates of 0-4", P, deaths({"0-4": 0.001} | {age: rate for age, rate in RATES.items() if age > 1}), R, "not apart"),
        ("nobody dies in the open group", P, deaths(a85=0), R, "Capital, female, age 85+: 0"),
        ("hardly anybody dies in the open group", P, deaths(a85=0.00002), R, "1 in 60"),
        ("nobody dies at 30", P, deaths(a30=0), N, "count as"),
        ("death rates of 15-24", P, deaths({str(age): rate for age, rate in RATES.items() if age not in (15, 20)} | {"15-24": 0.002}), N, "holds at all its ages: 15-24"),
        ("death rates of 80+ beside 85+", P, deaths({age: rate for age, rate in RATES.items() if age != 80} | {"80+": 0.1}), R, "overlap"),
        ("death rates to 60", P, deaths({age: rate for age, rate in RATES.items() if age <= 60}), R, "do not end between"),
        ("death rates per 1,000", P, deaths({age: 1000 * rate for age, rate in RATES.items()}), R, "Divide rates per 1,000"),
        ("death rates in per cent, below 1", P, deaths({age: min(100 * rate, 1) for age, rate in RATES.items()}), R, "life-expectancy"),
        ("a death rate without its zeros", P, deaths(a60=0.33), N, "neighbouring"),
        ("a death rate with two zeros more", P, deaths(a60=0.0003), N, "neighbouring"),
        ("death rates far from life expectancy", P, new("mortality.csv", each_region("region,sex,age,rate", *(f"{sex},{age},{4 * rate}" for sex in SEXES for age, rate in RATES.items()))), N, "sets the level"),
        ("women die earlier by the rates", P, every(without("life_expectancy"), new("mortality.csv", each_region("region,sex,age,rate", *(f"{sex},{age},{rate * factor}" for sex, factor in zip(SEXES, (1.5, 1), strict=True) for age, rate in RATES.items())))), R, "sexes"),
        # Totals among regions
        *(
            (f"a region called {word}", P, region("Coast", word), R, "names a total")
            for word in ("Total", "World", "All regions", "Итого", "Все регионы", "Arcadia, total", "Insgesamt", "Всего по стране")
        ),
        ("a total under another name", P, total_row("Arcadia"), R, "total-region"),
        ("flows to Total", P, more("flows", "Coast,Total,12700"), R, "names a total"),
        ("net migration of ВСЕГО", P, more("net_migration", "ВСЕГО,4200"), R, "names a total"),
        # Numbers of people
        ("a thousand times too many at 80", P, times("population", "persons", 1000, "region == 'Hills' and age == 80"), R, "uneven-ages"),
        ("a thousand times too many at 0", P, times("population", "persons", 1000, "region == 'Hills' and age == 0"), R, "uneven-ages"),
        ("a thousand times too many at 85", P, times("population", "persons", 1000, "region == 'Hills' and age == 85"), R, "uneven-ages"),
        ("a thousandth at 40", P, times("population", "persons", 0.001, "region == 'Hills' and age == 40"), R, "uneven-ages"),
        ("nobody aged 0", P, put("population", "persons", 0, "region == 'Hills' and age == 0"), R, "uneven-ages"),
        ("a digit too many at 25", P, times("population", "persons", 10, "region == 'Hills' and age == 25"), R, "uneven-ages"),
        ("1e300 people", P, cell("population", "persons", "1e300"), R, "20 billion"),
        ("5e-324 people", P, cell("population", "persons", "5e-324"), R, "millionth"),
        ("1e-400 people", P, cell("population", "persons", "1e-400"), R, "too small"),
        ("1e400 people", P, cell("population", "persons", "1e400"), R, "too large"),
        ("infinite people", P, cell("population", "persons", "inf"), R, "infinite"),
        ("people by true", P, cell("population", "persons", "TRUE"), R, "true or false"),
        ("-5 people", P, cell("population", "persons", -5), R, "negative"),
        ("a tenth of the women", P, times("population", "persons", 0.1, "sex == 'female'"), R, "uneven-sexes"),
        ("people in thousands beside flows", P, scaled("population", "persons", 0.001), R, "large-migration"),
        ("persons read as thousands", P, setting('unit = "thousands"'), N, "any country"),
        ("few people without moves", P, every(without("flows", "net_migration"), scaled("population", "persons", 0.001)), N, "thousands are a setting"),
        ("one region in thousands", P, every(without("flows", "net_migration"), times("population", "persons", 0.001, "region == 'Steppe'")), N, "under a thousandth"),
        ("nobody in a region", P, put("population", "persons", 0, "region == 'Hills'"), R, "nobody lives"),
        ("people of a region copied", P, edit("population", lambda frame: frame.assign(persons=np.where(frame["region"] == "Hills", np.roll(frame["persons"], 36), frame["persons"]))), N, "same people"),
        ("sexes swapped in the people", P, edit("population", swapped), R, "sexes"),
        ("a year in the table of people", P, edit("population", lambda frame: frame.assign(year=2020)), N, "year"),
        ("a region twice by capitals", P, every(without("life_expectancy", "total_fertility", "net_migration", "flows"), edit("population", lambda frame: pd.concat([frame, frame.query("region == 'Hills'").assign(region="HILLS", persons=lambda all_: all_["persons"] + 1)]))), N, "Hills and HILLS"),
        # Moves
        ("more leave by flows than there are of an age", P, every(by_age("flows", range(0, 90, 5)), put("flows", "persons", 900, "orig == 'Hills' and age == 85")), N, "fifth of a group"),
        ("flows of 1e300", P, put("flows", "persons", "1e300", "orig == 'Hills'"), R, "20 billion"),
        ("flows of 1e-300", P, put("flows", "persons", "1e-300", "orig == 'Hills'"), R, "millionth"),
        ("flows a thousand times too large", P, scaled("flows", "persons", 1000), R, "large-migration"),
        ("flows in thousands", P, scaled("flows", "persons", 0.001), R, "small-migration"),
        ("a flow a hundred times too large", P, times("flows", "persons", 100, "orig == 'Steppe' and dest == 'Hills'"), N, "than back"),
        ("flows ten times as large five years later", P, dated("flows", [2025, 2030], [1, 10]), N, "change much"),
        ("a flow to the own region", P, more("flows", "Coast,Coast,5"), R, "same region"),
        ("a pair that is left out", P, some_rows("flows", "not (orig == 'Coast' and dest == 'Hills')"), N, "Coast to Hills"),
        ("a pair twice", P, more("flows", "Coast,Hills,900"), R, "another row"),
        ("a region misspelt in flows", P, named("dest", "Coast", "Cost", "flows"), R, "Did you mean Coast"),
        ("net migration larger than the people", P, scaled("net_migration", "persons", 1000), R, "large-migration"),
        ("net migration in thousands", P, scaled("net_migration", "persons", 0.001), R, "small-migration"),
        ("net migration ten times as large later", P, dated("net_migration", [2025, 2030], [1, 12]), N, "changes much"),
        ("more leave than there are of an age", P, every(by_age("net_migration", range(0, 90, 5)), put("net_migration", "persons", -9000, "region == 'Hills' and age == 80")), N, "tenth of a group"),
        ("net migration that repeats the flows", P, repeat_net, R, "double-count"),
        ("net migration that should hold the flows", P, setting('net_migration = "all"'), R, "do not sum"),
        # Levels and years
        ("a life expectancy of 7.9", P, cell("life_expectancy", "years", 7.9), R, "at least 15"),
        ("a life expectancy of 790", P, cell("life_expectancy", "years", 790), R, "at most 105"),
        ("a life expectancy of 19.7", P, cell("life_expectancy", "years", 19.7), R, "life-expectancy"),
        ("a life expectancy of 97.1", P, cell("life_expectancy", "years", 97.1), R, "life-expectancy"),
        ("men die 30 years earlier", P, put("life_expectancy", "years", 49.1, "region == 'Capital' and sex == 'male'"), N, "sexes from each other"),
        ("a region far from the others", P, times("life_expectancy", "years", 0.7, "region == 'Hills'"), N, "far from the others"),
        ("a life expectancy that leaps", P, every(put("life_expectancy", "years", 60, "region == 'Hills' and year == 2025"), named("year", 2050, 2030, "life_expectancy")), N, "year in a year"),
        ("one life expectancy for both sexes", P, edit("life_expectancy", lambda frame: frame.assign(years=np.where(frame["year"] == 2025, 75.5, 80.5))), N, "equally long"),
        ("sexes swapped in life expectancy", P, edit("life_expectancy", swapped), R, "sexes"),
        ("1925 for 2025", P, named("year", 2025, 1925, "life_expectancy"), R, "far-years"),
        ("2205 for 2025", P, named("year", 2025, 2205, "life_expectancy"), R, "1900 to 2200"),
        ("2125 for 2025", P, named("year", 2025, 2125, "life_expectancy"), N, "stand for 2025"),
        ("2052 for 2025 in one region", P, put("total_fertility", "year", 2052, "region == 'Hills' and year == 2025"), R, "no region Hills"),
        ("25 for 2025", P, named("year", 2025, 25, "total_fertility"), R, "1900 to 2200"),
        ("a year of 2025.5", P, named("year", 2025, 2025.5, "total_fertility"), R, "whole number"),
        ("a total fertility of 210", P, cell("total_fertility", "births_per_woman", 210), R, "at most 12"),
        ("a total fertility of 0.21", P, cell("total_fertility", "births_per_woman", 0.21), R, "total-fertility"),
        ("a total fertility far from the others", P, times("total_fertility", "births_per_woman", 4, "region == 'Coast'"), N, "far from the others"),
        ("a total fertility that falls to a third", P, times("total_fertility", "births_per_woman", 0.35, "region == 'Coast' and year == 2050"), N, "another year"),
        ("boys per 100 girls", P, new("sex_ratio.csv", each_region("region,boys_per_girl", "105")), R, "by 100"),
        ("the share of boys", P, new("sex_ratio.csv", each_region("region,boys_per_girl", ".512")), R, "0.8 and 1.4"),
        ("girls per boy", P, new("sex_ratio.csv", each_region("region,boys_per_girl", ".95")), R, "sex-ratio"),
        ("a start in 1925", P, setting("start = 1925-01-01"), N, "1925"),
        ("flows of each year in steps of five", P, dated("flows", range(2025, 2030), [1, 1, 1, 1, 1]), N, "no step of 5 years begins in 2026"),
        ("a start in 2205", P, setting("start = 2205-01-01"), R, "start"),
        ("250 years to project", P, setting("years = 250"), R, "1 to 200"),
        ("another unit", P, setting('unit = "millions"'), R, "unit is not"),
        # Stocks
        ("1e300 people at both dates", E, every(*(put(name, "persons", "1e300", "birthplace == 'North'") for name in ("stock_start", "stock_end"))), R, "20 billion"),
        ("infinite births", E, cell("births", "persons", "inf"), R, "infinite"),
        ("a residence called Total", E, more("stock_start", "North,Total,9700,"), R, "names a total"),
        ("an area called Всего", E, more("births", "Всего,2050,"), R, "names a total"),
        ("an area that is the sum of the others", E, whole_stock("Country"), R, "all other areas together"),
        ("births in thousands", E, scaled("births", "persons", 0.001), R, "change of population"),
        ("deaths of another period", E, scaled("deaths", "persons", 2), R, "change of population"),
        ("more deaths than people", E, put("deaths", "persons", 99999, "area == 'West'"), R, "more deaths than"),
        ("the stock of one date in thousands", E, scaled("stock_end", "persons", 0.001), R, "more births than"),
        ("both stocks in thousands", E, in_all(("stock_start", "stock_end"), "persons", 0.001), R, "than its"),
        ("no natives", E, some_rows("stock_start", "birthplace != residence"), R, "where they were born"),
        ("an area that births lack", E, some_rows("births", "area != 'West'"), R, "not in this table"),
        ("the same stock twice", E, lambda folder: rows(folder, "stock_start").to_csv(folder / "stock_end.csv", index=False), R, "change of population"),
        ("an area that grows fourfold by births", E, every(put("stock_end", "persons", 13070, "birthplace == 'West' and residence == 'West'"), put("births", "persons", 10250, "area == 'West'")), N, "factor of 3"),
        # Imported tables
        ("warming in millikelvin", W, scaled("warming", "warming_per_degree", 1000), R, "at most 5"),
        ("warming of 13 K per K", W, cell("warming", "warming_per_degree", 13), R, "at most 5"),
        ("warming in per cent of a kelvin", W, scaled("warming", "warming_per_degree", 0.01), N, "between 0.3 and 3"),
        ("a deviation above the value", W, cell("warming", "sd", 4), N, "larger than the value"),
        ("a negative deviation", W, cell("warming", "sd", -1), R, "at least 0"),
        ("warming of the world", W, named("iso3", "AFG", "World", "warming"), R, "World"),
        ("an area twice by two names", W, more("warming", "Afghanistan,1.2,"), R, "another row"),
        ("an effect of 5 per cent as 5", F, cell("effects", "log_push", 5), R, "at most 3"),
        ("an effect of 2 per cent as 2", F, cell("effects", "log_push", 2), N, "7.39 times"),
        ("an effect in 1925", F, named("year", 2025, 1925, "effects"), R, "2025"),
        ("an infinite effect", F, cell("effects", "log_push", "inf"), R, "finite"),
        ("an effect on all", F, named("iso3", "KAZ", "TOTAL", "effects"), R, "TOTAL"),
        ("a flow to the same area", M, more("flows", "KAZ,KAZ,2019,5,,"), R, "same area"),
        ("a flow of 1e300", M, cell("flows", "persons", "1e300"), R, "billion"),
        ("a flow of 120 million", M, cell("flows", "persons", "120000000"), N, "ten million"),
        ("TOTAL at both ends", M, more("flows", "TOTAL,TOTAL,2019,5,,"), R, "both ends"),
        ("a total below its parts", M, more("flows", "RUS,KAZ,2019,90000,registrations,an office"), R, "more than the row TOTAL"),
        ("a flow to the world", M, named("dest", "IRN", "World", "flows"), R, "World"),
        ("a flow of 1925", M, named("year", 2019, 1925, "flows"), N, "before 1950"),
        ("a flow of 2109", M, named("year", 2019, 2109, "flows"), N, "after"),
        ("flows in thousands to import", M, edit("flows", lambda frame: frame.assign(persons=[12.5, 9, 1.5, 7])), N, "thousands"),
        ("a flow a thousand times the year before", M, more("flows", "KAZ,RUS,2018,71000000,,"), N, "factor of 50"),
        ("periods that overlap", M, new("flows.csv", "orig,dest,period_start,period_end,persons\nAFG,IRN,2010,2015,5000\nAFG,IRN,2012,2017,6000\n"), R, "overlaps"),
        ("a period that runs backwards", M, new("flows.csv", "orig,dest,period_start,period_end,persons\nAFG,IRN,2015,2010,5000\n"), R, "does not end after"),
        ("1915 for 2015 in a period", M, new("flows.csv", "orig,dest,period_start,period_end,persons\nAFG,IRN,1915,2020,5000\n"), R, "longer than 50"),
        ("no distance", D, cell("distance", "km", 0), R, "not apart"),
        ("far from itself", D, more("distance", "AFG,AFG,5000"), R, "far from itself"),
        ("metres", D, scaled("distance", "km", 1000), R, "at most 20,100"),
        ("a digit that is missing in kilometres", D, scaled("distance", "km", 0.1), N, "on the globe"),
        ("miles", D, every(new("distance.csv", DISTANCES), scaled("distance", "km", 0.62)), N, "kilometres?"),
        ("another way back", D, cell("distance", "km", 3000, row=2), N, "the way back"),
        ("a digit too many in kilometres", D, every(cell("distance", "km", 16200, row=2), cell("distance", "km", 16200)), N, "on the globe"),
        # Old revisions
        ("infinite net migration", V, cell("revisions", "net_migration_thousands", "inf"), R, "finite"),
        ("text for net migration", V, cell("revisions", "net_migration_thousands", "n/a"), R, "not a number"),
        ("years cut to two digits", V, cell("revisions", "period", "50-1955"), R, "in full"),
        ("a period from 2015 to 2010", V, cell("revisions", "period", "2015-2010"), R, "5 years"),
        ("a period of ten years", V, cell("revisions", "period", "1950-1960"), R, "5 years"),
        ("periods that do not follow", V, put("revisions", "period", "1952-1957", "period == '1950-1955'"), R, "do not follow"),
        ("a period that is missing", V, some_rows("revisions", "period != '2000-2005'"), R, "do not follow"),
        ("a revision without a past", V, some_rows("revisions", "period >= '2010'"), R, "before it came out"),
        ("an area without a period", V, some_rows("revisions", f"not ({REVISION} and period == '2000-2005')"), N, "2015 KAZ"),
        ("persons for thousands", V, edit("revisions", lambda frame: frame.assign(net_migration_thousands=30 + 1000 * frame["net_migration_thousands"] * 10)), R, "thousand people"),
        ("one figure in persons", V, put("revisions", "net_migration_thousands", 7500, f"{REVISION} and period == '2000-2005'"), N, "usual for the area"),
        ("a revision that is missing", V, some_rows("revisions", "vintage != 2012"), R, "all of the revisions"),
        ("a period twice by two dashes", V, more("revisions", "2015,KAZ,1950\u20131955,3"), R, "another row"),
        # Tables of the world model
        ("a share in per cent", B, put("flooded_share", "flooded_share", 20, "scenario == 9 and year == 2100"), R, "between 0 and 1"),
        ("people flooded in 2010", B, put("flooded_share", "flooded_share", 0.2, "scenario == 9 and year == 2010"), R, "2010"),
        ("emigrants at home", B, more("emigrants_2010", "AFG,AFG,a,l,500"), R, "another country"),
        ("a country that is neither North nor South", B, put("countries", "oecd", 2, "iso3 == 'AFG'"), R, "oecd"),
        ("a row of residents is missing", B, some_rows("residents_2010", "not (iso3 == 'AFG' and skill == 'l')"), R, "no row"),
        # Scenarios
        ("a percentile of 150", S, text("scenario", lambda old: old.replace("percentile = 50", "percentile = 150"), "toml"), R, "percentile"),
        ("a pathway that nobody has", S, text("scenario", lambda old: old.replace('"SSP3-7.0"\n', '"SSP9-7.0"\n'), "toml"), R, "SSP9"),
        ("a strength in per cent", S, text("scenario", lambda old: old.replace('strength" = 0.5', 'strength" = 50'), "toml"), R, "immobility.strength"),
        # What no check can see
        ("two regions' people swapped", P, exchanged("population", "region", "Capital", "Coast"), U, "both are possible; only the source knows which is which"),
        ("73.4 for 79.1 years", P, cell("life_expectancy", "years", 73.4, row=2), U, "a life expectancy that another region or year could have"),
        ("origins and destinations swapped", P, edit("flows", lambda frame: frame.rename(columns={"orig": "dest", "dest": "orig"})), U, "flows in both directions are alike in size"),
        ("net migration with the other sign", P, scaled("net_migration", "persons", -1), U, "people may leave as well as come"),
        ("a total fertility of 2.1 as 1.2", P, put("total_fertility", "births_per_woman", 1.2, "region == 'Steppe'"), U, "low fertility is possible"),
        ("two ages swapped", P, exchanged("population", "age", 30, 35), U, "cohorts differ from their neighbours by less than a factor of six"),
        ("people of another year", P, scaled("population", "persons", 0.97), U, "a population changes by a few per cent in some years"),
        ("a flow twice as large", P, times("flows", "persons", 2, "orig == 'Coast'"), U, "moves change by such factors from year to year"),
        ("a start a year early", P, setting("start = 2024-01-01"), N, "stand for 2024"),
        ("birthplaces and residences swapped", E, every(*(edit(name, lambda frame: frame.rename(columns={"birthplace": "residence", "residence": "birthplace"})) for name in ("stock_start", "stock_end"))), U, "totals of all areas agree in either direction"),
        ("deaths of two areas swapped", E, exchanged("deaths", "area", "North", "South"), U, "only the sum over all areas is known otherwise"),
        ("warming of two areas swapped", W, exchanged("warming", "iso3", "AFG", "KAZ"), U, "areas warm at similar rates"),
        ("an effect with the other sign", F, scaled("effects", "log_push", -1), U, "an effect may raise or lower moves"),
        ("imported flows turned round", M, edit("flows", lambda frame: frame.iloc[:2].rename(columns={"orig": "dest", "dest": "orig"})), U, "either direction is possible"),
        ("distances a tenth too long", D, scaled("distance", "km", 1.1), U, "roads are longer than the distance on the globe"),
        ("net migration of two areas swapped", V, exchanged("revisions", "iso3", "AFG", "KAZ"), U, "areas of one size have such figures"),
        ("skills swapped", B, exchanged("residents_2010", "skill", "l", "h"), U, "either skill may be more common"),
        ("a percentile as a share", S, text("scenario", lambda old: old.replace("percentile = 50", "percentile = 0.5"), "toml"), U, "half a per cent is a percentile"),
    )
)  # fmt: skip
