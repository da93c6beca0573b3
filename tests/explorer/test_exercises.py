"""Exercises: the shipped ones are whole, a trainer's faults are all reported, and what the explorer gets is JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from corridor.areas import index, meant
from corridor.calendar import BASE_YEAR
from corridor.errors import InputError
from corridor.explorer.contents import asked_of, prepare
from corridor.explorer.exercise_reference import reference_page
from corridor.explorer.exercises import (
    MEASURES,
    PLACEHOLDER,
    exercise_facts,
    exercise_scenarios,
    load_exercises,
)
from corridor.explorer.scenario_arrays import PARTS, walk_scenario
from corridor.projection.gating import base_in
from corridor.scenario.source import shipped_names

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "src" / "corridor" / "explorer" / "exercises"
SMALL = """\
title = { en = "t", ru = "т" }
audience = { en = "a", ru = "а" }
minutes = 10
aims = [{ en = "a", ru = "а" }]
storyline = { en = "s", ru = "с" }
handout = { en = "h", ru = "р" }

[[setting]]
name = "today"
title = { en = "Today", ru = "Сегодня" }
description = { en = "d", ru = "о" }
scenario = "baseline"

[[setting]]
name = "hot"
title = { en = "Hot", ru = "Жарко" }
description = { en = "d", ru = "о" }
scenario = "baseline"
settings = ["climate.percentile=90"]

[[setting]]
name = "own"
title = { en = "Own", ru = "Свой" }
description = { en = "d", ru = "о" }
[[setting.table.pathway]]
name = "Places"
origins = ["UZB"]
destinations = ["KOR"]
kind = "work"
capacity = 2
unit = "times"
start = 2027
source = "a trial"
status = "J"

[[step]]
title = { en = "t", ru = "т" }
minutes = 5
year = 2035
levers = ["today", "own"]
text = { en = "{legal|own|there}", ru = "т" }
question = { en = "q", ru = "в" }
hint = { en = "h", ru = "п" }
answer = { en = "{change-moves|own|there} {deaths|today|there}", ru = "о" }
discussion = { en = "d", ru = "о" }

[[step.flow]]
name = "there"
title = { en = "there", ru = "туда" }
origins = ["Central Asia"]
destinations = ["KOR"]

[notes]
aims = { en = "a", ru = "ц" }
timing = { en = "t", ru = "в" }
answers = { en = "a", ru = "о" }
misunderstandings = { en = "m", ru = "н" }
unknown = { en = "u", ru = "н" }
"""


def written(folder: Path, text: str, name: str = "small.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(InputError) as caught:
        load_exercises(folder)
    assert all(problem.remedy for problem in caught.value.problems)
    return [(problem.row, problem.column, problem.fault) for problem in caught.value.problems]


@pytest.fixture(scope="module")
def shipped():
    return load_exercises()


def test_three_exercises_ship_and_fit_a_lesson(shipped):
    assert [each.key for each in shipped] == ["bay-of-bengal", "labour-mobility", "open-doors"]
    for each in shipped:
        assert 45 <= each.content.minutes <= 90
        assert 4 <= len(each.content.step) <= 6
        assert all(setting.name in str(each.content.step) for setting in each.content.setting)


def test_shipped_exercises_have_few_settings_and_keep_the_names_of_shipped_scenarios(shipped):
    scenarios = exercise_scenarios(shipped)
    keys = [key for key, *_ in scenarios]
    assert len(keys) == len(set(keys)) <= 10
    assert "baseline" not in keys
    own = [key for key in keys if key not in shipped_names()]
    assert own == ["open-doors.guarded", "open-doors.wider"]
    assert all(title["ru"] and description["ru"] for _, title, description, _ in scenarios)


def test_russian_texts_ask_for_the_figures_of_the_english_ones(shipped):
    for each in shipped:
        for step in each.content.step:
            for field in ("text", "question", "hint", "answer", "discussion"):
                text = getattr(step, field)
                assert sorted(PLACEHOLDER.findall(text.en)) == sorted(PLACEHOLDER.findall(text.ru)), step.title.en


def test_russian_texts_are_russian(shipped):
    for each in shipped:
        text = json.dumps(exercise_facts([each]), ensure_ascii=False)
        for russian in re.findall(r'"ru": "((?:\\.|[^"])*)"', text):
            assert re.search("[а-я]", russian), russian


def test_facts_are_json_and_groups_are_codes(shipped):
    facts = json.loads(json.dumps(exercise_facts(shipped)))
    labour = facts[1]
    assert labour["settings"][0] == {
        "name": "today",
        "title": {"en": "Today's rules", "ru": "Сегодняшние правила"},
        "description": labour["settings"][0]["description"],
        "scenario": "baseline",
    }
    union = labour["steps"][3]["flows"][0]
    assert union["origins"] == union["destinations"] == ["ARM", "BLR", "KAZ", "KGZ", "RUS"]
    assert labour["steps"][0]["looks"][0]["year"] == 2035


def test_settings_of_a_trainer_become_scenarios(tmp_path):
    (small,) = load_exercises(written(tmp_path, SMALL))
    scenarios = {key: scenario for key, *_, scenario in exercise_scenarios([small])}
    assert list(scenarios) == ["small.hot", "small.own"]
    assert scenarios["small.hot"].settings.percentile == 90
    assert scenarios["small.own"].title == "Own"
    assert [lever.name for lever in scenarios["small.own"].settings.levers] == ["Places"]


def test_every_problem_is_reported_at_once(tmp_path):
    text = SMALL.replace('levers = ["today", "own"]', 'levers = ["today", "owm"]')
    text = text.replace('origins = ["Central Asia"]', 'origins = ["Centrl Asia"]')
    text = text.replace("{legal|own|there}", "{legl|today|there}").replace("minutes = 10", "minutes = 4")
    text = text.replace('status = "J"', 'status = "X"').replace("percentile=90", "percentile=900")
    found = problems_of(written(tmp_path, text))
    assert {column for _, column, _ in found} >= {
        "setting[2].settings",
        "setting[3].table.pathway[1].status",
        "minutes",
        "step[1].levers[2]",
        "step[1].flow[1].origins[1]",
        "step[1].text.en",
    }
    assert all(row for row, *_ in found)


def test_problems_of_two_files_come_together(tmp_path):
    written(tmp_path, SMALL.replace("minutes = 10", "minutes = 1000"))
    written(tmp_path, SMALL.replace('name = "there"', 'name = "There!"'), "second.toml")
    columns = [column for _, column, _ in problems_of(tmp_path)]
    assert columns == ["step[1].flow[1].name", "minutes"]


@pytest.mark.parametrize(
    ("old", "new", "column", "fault"),
    [
        ('hint = { en = "h", ru = "п" }\n', "", "step[1].hint", "`hint` is missing"),
        ('hint = { en = "h", ru = "п" }', 'hint = { en = "h" }', "step[1].hint.ru", "`ru` is missing"),
        ('hint = { en = "h"', 'hints = 1\nhint = { en = "h"', "step[1].hints", "there is no such field in this place"),
        (
            'levers = ["today", "own"]',
            'levers = ["today"]',
            "step[1].levers",
            "`levers` is not a list of texts, 2 to 4",
        ),
        ('"climate.percentile=90"', '"climate.percentile"', "setting[2].settings", "this is not KEY=VALUE"),
        ('name = "hot"', 'name = "today"', "setting[2].name", "another setting has this name"),
        ('scenario = "baseline"\n\n', "\n", "setting[1]", "the setting needs either the name of a shipped scenario"),
        ('scenario = "baseline"\n\n', 'scenario = "none"\n\n', "setting[1].scenario", "no scenario of this name"),
        ("{legal|own|there}", "{legal}", "step[1].text.en", "the text asks for a figure that is not known"),
        ("{legal|own|there}", "{legal|hot|there}", "step[1].text.en", "the text asks for a figure that is not known"),
        ("{legal|own|there}", "{change-deaths|own|there}", "step[1].text.en", "the text asks for a figure"),
        (
            "[notes]",
            '[[step.look]]\npage = "table"\ntitle = { en = "l", ru = "п" }\nyear = 1800\n[notes]',
            "step[1].look[1].page",
            "`page` is not one of map",
        ),
        (
            "[notes]",
            '[[step.look]]\npage = "map"\ntitle = { en = "l", ru = "п" }\nyear = 1800\n[notes]',
            "step[1].look[1].year",
            "`year` is not a whole number from 1990 to 2100",
        ),
        (
            "[notes]",
            '[[step.look]]\npage = "corridor"\ntitle = { en = "l", ru = "п" }\norig = "XXX"\nsetting = "x"\n[notes]',
            "step[1].look[1].orig",
            "",
        ),
    ],
)
def test_faults_have_a_place(tmp_path, old, new, column, fault):
    assert old in SMALL
    found = problems_of(written(tmp_path, SMALL.replace(old, new, 1)))
    assert any(place == column and said.startswith(fault) for _, place, said in found), found


def test_a_folder_without_exercises_is_named(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        ((_, _, fault),) = problems_of(folder)
        assert "no exercises" in fault


def test_a_file_needs_a_name_for_addresses(tmp_path):
    ((_, _, fault),) = problems_of(written(tmp_path, SMALL, "My exercise.toml"))
    assert "the name of the file" in fault


def test_broken_toml_is_told_as_of_a_scenario(tmp_path):
    ((row, *_),) = problems_of(written(tmp_path, SMALL + '\nx = "'))
    assert row is not None


def test_the_reference_page_is_what_the_schema_says():
    page = (ROOT / "docs" / "reference" / "exercise-files.md").read_text(encoding="utf-8")
    assert page == reference_page()
    assert all(f"`{measure}`" in page for measure in MEASURES)


class Figures:
    """Figures of settings at the medians of all parameters."""

    def __init__(self, exercises):
        self.prepared = prepare(asked_of("CICA", 2050, "corridor explorer", exercises=exercises))
        self.first = self.prepared.shown.first
        self.scenarios = {key: scenario for key, *_, scenario in exercise_scenarios(exercises)}
        self.walked = {}

    def of(self, key):
        if key not in self.walked:
            self.walked[key] = walk_scenario(self.prepared.shown.runs, self.scenarios[key].settings)
        return self.walked[key]

    def split(self, key, part, year, origins="CICA", destinations="CICA"):
        """Return a part of demand in corridors with levers, without them and with them, persons a year."""
        walked = self.of(key)
        gate = walked.gate
        before = base_in(gate, 0, self.first.outward[:, gate.origins, gate.destinations]).split
        inside = np.isin(gate.origins, positions(origins)) & np.isin(gate.destinations, positions(destinations))
        return tuple(float(getattr(of, part)[year - BASE_YEAR, inside].sum()) for of in (before, walked.splits))

    def relative(self, key, measure, area, year):
        """Return the change of a measure of an area, as a share."""
        ends = (each.central.measures()[measure][year - BASE_YEAR, index(area)] for each in (self.first, self.of(key)))
        before, after = ends
        return after / before - 1


def positions(words):
    return [index(area.iso3) for area in meant(words)[1]]


@pytest.fixture(scope="module")
def figures(shipped):
    return Figures(shipped)


def test_closing_feeds_smugglers_guarding_brings_them_back_and_widening_takes_from_them(figures):
    """The answers of the exercise on open doors, steps 2 to 4."""
    change = {}
    for key in ("closed-doors", "open-doors.guarded", "open-doors.wider"):
        before, after = figures.split(key, "irregular", 2035)
        change[key] = after / before - 1
    assert 0.5 < change["closed-doors"] < 0.7
    assert 0.05 < change["open-doors.guarded"] < 0.15
    assert -0.4 < change["open-doors.wider"] < -0.25


def test_a_visa_mostly_moves_people_who_could_not_move_and_follows_the_largest_corridor(figures):
    """The answers of the exercise on the Bay of Bengal, steps 3 and 4."""
    key = "bay-of-bengal-climate-visa"
    change = {}
    for part in ("legal", "irregular", "unmet"):
        sums = [figures.split(key, part, 2035, one, other) for one in ("BGD", "LKA", "MMR") for other in ("IND", "THA")]
        change[part] = sum(after - before for before, after in sums)
    assert 0.7 < -change["unmet"] / change["legal"] < 0.85
    assert -change["irregular"] < 0.2 * change["legal"]
    before, after = figures.split(key, "legal", 2035, "MMR", "THA")
    assert 0.7 < (after - before) / change["legal"] < 0.85


def test_climate_is_a_small_part_and_a_poorer_world_moves_some_more_and_some_less(figures):
    """The answers of the exercise on the Bay of Bengal, steps 1 and 2."""
    assert -0.05 < figures.relative("no-climate", "moves_out", "BGD", 2050) < -0.02
    assert 0.05 < figures.relative("ssp3-7.0", "moves_out", "BGD", 2050) < 0.12
    assert 0.05 < figures.relative("ssp3-7.0", "moves_out", "LKA", 2050) < 0.12
    assert -0.04 < figures.relative("ssp3-7.0", "moves_out", "MMR", 2050) < -0.005


def test_agreements_bring_people_or_papers(figures):
    """The answers of the exercise on labour mobility, steps 1 to 4."""
    legal, irregular, unmet = (figures.split("korea-eps-doubled", part, 2035, "World", "KOR") for part in PARTS)
    assert 0.65 < (unmet[0] - unmet[1]) / (legal[1] - legal[0]) < 0.85
    assert irregular[0] - irregular[1] < 0.05 * (legal[1] - legal[0])
    legal, irregular, _ = (figures.split("russian-patent-replaced", part, 2035, "World", "RUS") for part in PARTS)
    assert 0.35 < (irregular[0] - irregular[1]) / (legal[1] - legal[0]) < 0.45
    before, after = figures.split("gulf-contract-reform", "irregular", 2035, "World", "GCC")
    assert 0.6 < 1 - after / before < 0.75
    before, after = figures.split("eaeu-recognition", "legal", 2035, "EAEU", "EAEU")
    assert 0.05 < after / before - 1 < 0.1
