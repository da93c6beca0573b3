"""Anyone's data: the template runs as it is, broken folders are told what is wrong, the numbers obey their laws."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.cli import COMMANDS, main
from corridor.own_regions.settings import DOUBTS
from corridor.own_regions.standard import load_standard
from corridor.own_regions.template import REGIONS, write_template
from tests.folders import (
    TABLES,
    cell,
    each_region,
    edit,
    new,
    projected,
    repeat_net,
    rows,
    scaled,
    semicolons,
    setting,
    swapped,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable


CLOSES = 1e-9  # relative; sums of a few thousand float64 numbers
AGAINST_THE_ENGINE = 1e-9  # relative; the same rates by another way, rates of life tables differ by rounding only
AGAINST_THE_UN = 0.02  # relative, of people in 2050: ages of mortality by Lee-Carter, ages of migration by a model
TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "own-data.md"


@pytest.fixture(autouse=True)
def _command_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "project", "corridor.cli.project_command")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "mine")
    return tmp_path / "mine"


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["project", *map(str, words)], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def pipe_of_settings(folder: Path) -> None:
    (folder / "project.toml").unlink()
    os.mkfifo(folder / "project.toml")


BROKEN: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "a column is missing": (
        edit("population", lambda frame: frame.rename(columns={"persons": "people"})),
        ("population.csv, row", "column persons", "The columns are region, sex, age, people"),
    ),
    "an age is missing everywhere": (
        edit("population", lambda frame: frame[frame["age"] != 40]),
        ("population.csv", "no age 40", "the ages have gaps"),
    ),
    "an age is missing in one region": (
        edit("population", lambda frame: frame.drop(index=8)),
        ("region Capital, sex female: no age 40", "Add the rows"),
    ),
    "a negative number": (cell("population", "persons", -5), ("row 3, column persons", "a count cannot be negative")),
    "text in a number": (
        cell("population", "persons", "n/a"),
        ("row 3, column persons", "'n/a'", "this is not a number"),
    ),
    "no number": (cell("flows", "persons", ""), ("row 3, column persons", "the cell is empty")),
    "an infinite number": (cell("net_migration", "persons", "inf"), ("row 3, column persons", "finite")),
    "moves 1,000 times too large": (scaled("flows", "persons", 1000), ("large-migration", "flows.csv", "same unit")),
    "moves 1,000 times too small": (scaled("flows", "persons", 0.001), ("small-migration", "flows.csv", "same unit")),
    "people in thousands": (
        scaled("population", "persons", 0.001),
        ("large-migration", "flows.csv", "net_migration.csv"),
    ),
    "sexes swapped in life expectancy": (edit("life_expectancy", swapped), ("sexes", "women live", "Swap")),
    "sexes swapped in the population": (edit("population", swapped), ("sexes", "aged 75 or more", "Swap")),
    "sexes by other words": (
        edit("population", lambda frame: frame.assign(sex=frame["sex"].str[0].str.upper())),
        ("row 2, column sex", "Choose one of: female, male"),
    ),
    "a row twice": (
        edit("population", lambda frame: pd.concat([frame, frame.iloc[[4]]])),
        ("row 182", "another row has the same region, sex, age"),
    ),
    "a row twice by other words": (
        edit("population", lambda frame: pd.concat([frame.astype({"age": str}), frame.iloc[[0]].assign(age="0-4")])),
        ("Capital, female, 0", "Join the rows into one"),
    ),
    "an empty file": (new("flows.csv", ""), ("flows.csv", "the file is empty")),
    "a header alone": (new("flows.csv", "orig,dest,persons\n"), ("flows.csv", "no rows below its header")),
    "a table of another separator": (
        text("population", lambda old: old.replace(",", "^")),
        ("population.csv", "no row has the columns region, sex, age, persons; tried: rows 1 to"),
    ),
    "a row too long": (
        text("population", lambda old: old.replace("Capital,female,5,", "Capital,female,5,7,")),
        ("row 6", "the row has 5 cells, and the header has 4"),
    ),
    "a region misspelt": (
        edit("total_fertility", lambda frame: frame.replace("Coast", "Cost")),
        ("'Cost'", "Did you mean Coast", "no Coast"),
    ),
    "moves to no region": (
        cell("flows", "dest", "Elsewhere"),
        ("'Elsewhere'", "flows.csv, column dest", "the population has no such region"),
    ),
    "a region missing": (
        edit("life_expectancy", lambda frame: frame[frame["region"] != "Hills"]),
        ("life_expectancy.csv", "no Hills", "leave the whole table out"),
    ),
    "a period missing": (
        edit("total_fertility", lambda frame: frame.drop(index=3)),
        ("total_fertility.csv", "region Coast", "2050"),
    ),
    "a region that is a formula": (
        cell("population", "region", "=1+1"),
        ("row 3, column region", "starts with"),
    ),
    "an age that became a date": (cell("population", "age", "2025-09-05"), ("row 3, column age", "into a date")),
    "an age in other digits": (cell("population", "age", "٣"), ("row 3, column age", "this is not an age")),
    "ages 0 and 1-4 apart": (
        edit("population", lambda frame: pd.concat([frame, frame[frame["age"] == 0].assign(age=1)])),
        ("Join the ages 0 and 1-4",),
    ),
    "ages that end too early": (
        edit("population", lambda frame: frame[frame["age"] < 50]),
        ("the open group starts before 60",),
    ),
    "a digit too many": (
        edit("population", lambda frame: frame.assign(persons=frame["persons"].where(frame.index != 5, 7_794_600))),
        ("uneven-ages", "Capital, female, age 25"),
    ),
    "one sex ten times the other": (
        edit("population", lambda frame: frame.assign(persons=frame["persons"].where(frame["sex"] == "male", 9))),
        ("uneven-sexes", "a digit too many"),
    ),
    "nobody in a region": (
        edit("population", lambda frame: frame.assign(persons=frame["persons"].where(frame["region"] != "Hills", 0))),
        ("'Hills'", "nobody lives in the region"),
    ),
    "death rates per 1,000": (
        new("mortality.csv", each_region("region,sex,age,rate", "female,0,12.5", "male,0,14")),
        ("mortality.csv, row 2, column rate", "Divide rates per 1,000 by 1,000"),
    ),
    "death rates that end too early": (
        new("mortality.csv", each_region("region,sex,age,rate", "female,0,.01", "male,0,.01")),
        ("death rates do not end between the open group of the population, 85",),
    ),
    "a life expectancy in months": (scaled("life_expectancy", "years", 12), ("column years", "at most 105")),
    "a life expectancy of no people": (
        edit("life_expectancy", lambda frame: frame.assign(years=frame["years"] - 50)),
        ("life-expectancy", "Capital: 29.1"),
    ),
    "mothers of 60": (
        new("fertility.csv", each_region("region,age,rate", *(f"{age},0.04" for age in range(15, 65, 5)))),
        ("fertility.csv", "row 11", "women bear outside the ages 10 to 54"),
    ),
    "fertility per 1,000 women": (
        new("fertility.csv", each_region("region,age,rate", *(f"{age},60" for age in range(15, 50, 5)))),
        ("fertility.csv, row 2, column rate", "Divide rates per 1,000 women"),
    ),
    "fertility of groups not times five": (
        new("fertility.csv", each_region("region,age,rate", *(f"{age},0.3" for age in range(15, 50, 5)))),
        ("total-fertility", "Capital: 10.5"),
    ),
    "an age missing in fertility": (
        new("fertility.csv", each_region("region,age,rate", *(f"{age},.1" for age in (15, 25, 30, 35)))),
        ("region Capital: no age 20",),
    ),
    "total fertility per 1,000": (
        scaled("total_fertility", "births_per_woman", 1000),
        ("column births_per_woman", "at most 12"),
    ),
    "boys per 100 girls": (new("sex_ratio.csv", each_region("region,boys_per_girl", "105")), ("by 100",)),
    "girls per boy": (
        new("sex_ratio.csv", each_region("region,boys_per_girl", "0.95")),
        ("sex-ratio", "boys over girls"),
    ),
    "moves to where one is": (cell("flows", "dest", "Capital", row=2), ("row 2", "the move is to the same region")),
    "moves counted twice": (repeat_net, ("double-count", "Leave net_migration out")),
    "flows that do not sum to net migration": (
        setting('net_migration = "all"'),
        ("net_migration.csv", "Capital: net 6,000, flows", 'net_migration = "outside"'),
    ),
    "sex without age": (
        edit("net_migration", lambda frame: frame.assign(sex="female")),
        ("only one of the columns sex and age",),
    ),
    "commas that may be thousands": (
        text("population", lambda old: semicolons(old).replace("68127", "68,127")),
        ("population.csv", "'68,127'", "separate decimals or thousands"),
    ),
    "commas and points": (
        text("life_expectancy", lambda old: semicolons(old).replace("79.1", "79,1")),
        ("life_expectancy.csv", "not written as others of its column, with decimal points"),
    ),
    "another encoding": (
        text("population", lambda old: old.replace("Hills", "Холмы"), encoding="cp1251"),
        ("population.csv", "UTF-8"),
    ),
    "a table twice": (
        lambda folder: rows(folder, "flows").to_excel(folder / "flows.xlsx", index=False),
        ("flows.xlsx", "Remove one of the two"),
    ),
    "points that may be thousands": (
        new("flows.csv", "orig;dest;persons\nCapital;Coast;7.400\nCoast;Capital;300\n"),
        ("flows.csv, column persons, value '7.400'", "7.4 or 7400"),
    ),
    "an old workbook": (new("flows.xls", "x"), ("flows.xls", "save it as XLSX or CSV")),
    "a packed table": (new("Flows.csv.zip", "x"), ("Flows.csv.zip", "Unpack it")),
    "a table of another year": (new("flows.2020.csv", "x"), ("flows.2020.csv", "Rename it to flows.csv")),
    "a table without an ending": (new("sex_ratio", "x"), ("sex_ratio: the file is not one of",)),
    "a folder named as a table": (lambda folder: (folder / "sex_ratio.csv").mkdir(), ("sex_ratio.csv", "a folder")),
    "a link to nothing": (
        lambda folder: (folder / "sex_ratio.csv").symlink_to(folder / "moved.csv"),
        ("sex_ratio.csv: the link leads to no file",),
    ),
    "a pipe": (lambda folder: os.mkfifo(folder / "sex_ratio.csv"), ("sex_ratio.csv", "a pipe")),
    "settings of another name": (
        lambda folder: (folder / "project.toml").rename(folder / "Project.toml"),
        ("Project.toml", "Rename it to project.toml"),
    ),
    "settings saved as text": (new("project.toml.txt", "years = 5"), ("project.toml.txt", "Rename it to project.toml")),
    "settings that are a pipe": (
        pipe_of_settings,
        ("project.toml", "a pipe"),
    ),
    "settings that nest deep": (
        new("project.toml", "years = 5\n[" + ".".join("a" * 40_000) + "]\n"),
        ("project.toml, row 2", "more than 20 deep"),
    ),
    "settings with lists in lists": (new("project.toml", "accept = " + "[" * 9000), ("row 1", "more than 20 deep")),
    "a workbook that is none": (new("sex_ratio.xlsx", "region"), ("sex_ratio.xlsx", "is damaged or incomplete")),
    "a file name misspelt": (new("fertilty.csv", "region,age,rate\n"), ("Rename it to fertility.csv",)),
    "no population": (lambda folder: (folder / "population.csv").unlink(), ("the folder holds no population.csv",)),
    "an unknown setting": (setting("year = 20"), ("project.toml, column year", "Did you mean years")),
    "a step of two years": (setting("step = 2"), ("step is not 1 or 5",)),
    "a step that the ages do not have": (setting("step = 1"), ("age groups are 5 wide, and the step is 1",)),
    "years that are no steps": (setting("years = 12"), ("not a multiple of the step, 5",)),
    "a start in the middle of a month": (
        setting("start = 2025-03-15"),
        ("column start", "neither the first day of a month"),
    ),
    "an open age above the oldest": (setting("open_age = 95"), ("Write open_age = 85",)),
    "an unknown standard": (setting('standard = "Kazakstan"'), ("neither the world nor a known area", "Kazakhstan")),
    "an unknown doubt": (setting('accept = ["sex"]'), ("accept is not a list of known doubts", "sexes")),
    "settings that are none": (new("project.toml", "years: 25"), ("project.toml", "Write lines such as years = 25")),
}


# The template ---------------------------------------------------------------------------------------------------------


def test_the_template_runs_as_it_is(tmp_path):
    told = run("--template", tmp_path / "mine")
    assert "corridor project" in told
    printed = run(tmp_path / "mine")
    assert "the world's (default)" in printed
    for region in REGIONS:
        assert region in printed
    names = {
        f"{name}.{kind}" for name in ("population", "components", "summary", "flows") for kind in ("csv", "parquet")
    }
    assert {path.name for path in (tmp_path / "mine" / "results").iterdir()} == names | {"made.json"}


def test_the_template_does_not_overwrite(folder):
    before = (folder / "population.csv").read_bytes()
    assert "new or empty" in run("--template", folder, code=2)
    assert (folder / "population.csv").read_bytes() == before


def test_the_tutorial_shows_what_is_printed(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    printed = [line.rstrip() for line in run("mine").splitlines()][:-1]
    assert "\n".join(printed).strip("\n") in TUTORIAL.read_text(encoding="utf-8")
    cell("total_fertility", "births_per_woman", 1750)(folder)
    scaled("flows", "persons", 1000)(folder)
    told = run("mine", code=2).replace("\\", "/")
    assert told.strip() in TUTORIAL.read_text(encoding="utf-8")


def test_the_tutorial_names_every_doubt():
    page = TUTORIAL.read_text(encoding="utf-8")
    for name, doubt in DOUBTS.items():
        assert f"`{name}`: {doubt}" in page


# What is wrong --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_folder_is_told_what_is_wrong(name, folder):
    spoil, expected = BROKEN[name]
    spoil(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    told = run(folder, code=2)
    for words in expected:
        assert words in told
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_problems_of_all_files_come_at_once(folder):
    for name in ("a step of two years", "a region misspelt", "moves 1,000 times too large", "girls per boy"):
        BROKEN[name][0](folder)
    cell("net_migration", "persons", "many")(folder)
    told = run(folder, code=2)
    for words in ("step is not 1 or 5", "'Cost'", "large-migration", "sex-ratio", "'many'"):
        assert words in told


def test_a_missing_folder_is_told(tmp_path):
    assert "--template" in run(tmp_path / "nothing", code=2)


def test_results_do_not_take_the_place_of_other_files(folder, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.doc").write_text("mine")
    assert "thesis.doc" in run(folder, "-o", tmp_path / "other", code=2)
    assert "population.csv" not in {path.name for path in (tmp_path / "other").iterdir()}
    assert "the folder for the results holds other files" in run(folder, "-o", folder, code=2)
    run(folder, "-o", tmp_path / "results")
    run(folder, "-o", tmp_path / "results")


def test_what_is_in_doubt_can_be_accepted(folder):
    edit("population", swapped)(folder)
    setting('accept = ["sexes"]')(folder)
    assert "note: accepted: women die earlier than men" in run(folder)


def test_other_tables_in_the_folder_are_named(folder):
    new("remarks.csv", "a,b\n1,2\n")(folder)
    assert "note: this file is not a table of a projection and is not used: remarks.csv" in run(folder)


# Ways of writing ------------------------------------------------------------------------------------------------------


def to_excel(folder: Path, name: str) -> None:
    rows(folder, name).to_excel(folder / f"{name}.xlsx", index=False)
    (folder / f"{name}.csv").unlink()


def to_parquet(folder: Path, name: str) -> None:
    rows(folder, name).to_parquet(folder / f"{name}.parquet")
    (folder / f"{name}.csv").unlink()


def labelled(folder: Path, name: str) -> None:
    if name == "population":
        labels = {age: f"{age}-{age + 4}" if age < 85 else "85+" for age in range(0, 90, 5)}
        edit(name, lambda frame: frame.assign(age=frame["age"].map(labels)))(folder)


def decimal_commas(folder: Path, name: str) -> None:
    rows(folder, name).to_csv(folder / f"{name}.csv", index=False, sep=";", decimal=",")


def packed(folder: Path, name: str) -> None:
    (folder / f"{name}.csv.gz").write_bytes(gzip.compress((folder / f"{name}.csv").read_bytes()))
    (folder / f"{name}.csv").unlink()


WRITTEN: dict[str, Callable[[Path, str], object]] = {
    "semicolons": lambda folder, name: text(name, semicolons)(folder),
    "tabs": lambda folder, name: text(name, lambda old: old.replace(",", "\t"))(folder),
    "bars": lambda folder, name: text(name, lambda old: old.replace(",", "|"))(folder),
    "UTF-16": lambda folder, name: text(name, lambda old: old, encoding="utf-16")(folder),
    "titles above and a footnote below": lambda folder, name: text(
        name, lambda old: f"Table 1,\nof the office\n\n{old}\nSource: the office\n"
    )(folder),
    "packed": packed,
    "names in parts": lambda folder, name: (
        text(name, lambda old: old.replace("Hills", "Hi\u0308lls"))(folder)
        if name == "flows"
        else text(name, lambda old: old.replace("Hills", "H\u00eflls"))(folder)
    ),
    "byte order mark": lambda folder, name: text(name, lambda old: "\ufeff" + old)(folder),
    "decimal commas": decimal_commas,
    "line ends of Windows": lambda folder, name: text(name, lambda old: old.replace("\n", "\r\n"))(folder),
    "no comments": lambda folder, name: rows(folder, name).to_csv(folder / f"{name}.csv", index=False),
    "comments as a spreadsheet saves them": lambda folder, name: text(
        name, lambda old: "\n".join(f'"{line}",,' if line[0] == "#" else line for line in old.splitlines())
    )(folder),
    "blanks around regions": lambda folder, name: text(name, lambda old: old.replace("Hills", " Hills "))(folder),
    "ages as labels": labelled,
    "capitals in the header": lambda folder, name: edit(name, lambda frame: frame.rename(columns=str.title))(folder),
    "excel": to_excel,
    "parquet": to_parquet,
}


@pytest.mark.parametrize("way", WRITTEN)
def test_tables_are_read_as_people_write_them(way, folder, panel):
    expected = projected(folder, panel)
    for name in TABLES:
        WRITTEN[way](folder, name)
    found = projected(folder, panel)
    assert [name.replace("ï", "i") for name in found.inputs.regions] == list(expected.inputs.regions)
    np.testing.assert_array_equal(found.population, expected.population)
    np.testing.assert_array_equal(found.flows, expected.flows)


def test_thousands_are_a_setting(folder, panel):
    expected = projected(folder, panel)
    for name in ("population", "net_migration", "flows"):
        scaled(name, "persons", 0.001)(folder)
    setting('unit = "thousands"')(folder)
    np.testing.assert_allclose(projected(folder, panel).population, expected.population, rtol=CLOSES)


def test_rows_of_problems_count_as_in_the_file(folder):
    text("population", lambda old: semicolons(old).replace("Capital;female;5;66196", "Capital;female;5;x"))(folder)
    lines = (folder / "population.csv").read_text(encoding="utf-8").splitlines()
    assert f"row {lines.index('Capital;female;5;x') + 1}, column persons" in run(folder, code=2)


# What is written -----------------------------------------------------------------------------------------------------


def test_population_alone_is_enough(folder, panel):
    for name in TABLES[1:]:
        (folder / f"{name}.csv").unlink()
    (folder / "project.toml").unlink()
    told = run(folder)
    assert told.count("(default)") == 5
    assert "\n  settings" not in told
    made = json.loads((folder / "results" / "made.json").read_text(encoding="utf-8"))
    assert made["settings"]["start"] == "2025-01-01"
    assert set(made["defaults"]) == set(made["settings"])
    standard = load_standard(panel, "world", 5)
    np.testing.assert_allclose(standard.life_expectancy(np.array([2024.0])).mean(), 73.2, atol=0.5)  # UN: 73.3 in 2024
    np.testing.assert_allclose(standard.at(standard.total_fertility, np.array([2024.5])), 2.25, atol=0.02)  # UN: 2.25


def test_results_are_written_whole_and_agree(folder):
    run(folder)
    results = folder / "results"
    for name in ("population", "components", "summary", "flows"):
        csv, parquet = pd.read_csv(results / f"{name}.csv"), pd.read_parquet(results / f"{name}.parquet")
        pd.testing.assert_frame_equal(csv, parquet, check_dtype=False, rtol=1e-9)
    population = (
        pd.read_parquet(results / "population.parquet").groupby(["region", "date"], sort=False)["persons"].sum()
    )
    components = pd.read_parquet(results / "components.parquet").set_index(["region", "end"])
    start = population.loc[list(zip(components.index.get_level_values(0), components["start"], strict=True))].to_numpy()
    change = components["births"] - components["deaths"] + components["net_migration"]
    np.testing.assert_allclose(population.loc[components.index].to_numpy(), start + change.to_numpy(), rtol=CLOSES)
    made = json.loads((results / "made.json").read_text(encoding="utf-8"))
    assert made["rests_on"]["sex ratio at birth"] == "the world's (default)"
    assert set(made["files"]) == {f"{name}.csv" for name in TABLES} | {"project.toml"}
