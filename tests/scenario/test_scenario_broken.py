"""Broken scenario files: each is told with its exact line, field, fault and remedy; none ends in a traceback."""

from __future__ import annotations

import os
import re

import pytest
from click.testing import CliRunner

from corridor import areas
from corridor.cli import main
from corridor.drivers import registry
from tests.scenarios import CHANNELS

HEAD = 'title = "Broken"\n'
POLICY = """[[policy]]
name = "Visa"
origins = ["UZB"]
destinations = ["KOR"]
effect = 0.5
start = 2027
status = "J"
"""


def policy(old: str, new: str) -> str:
    """A file whose one policy, from line 2 on, has one line changed."""
    assert old in POLICY
    return HEAD + POLICY.replace(old, new)


PATHWAY = """[[pathway]]
name = "Places"
origins = ["UZB"]
destinations = ["KOR"]
kind = "work"
capacity = 5000
unit = "persons"
start = 2027
source = "an example"
status = "J"
"""
VISA = """[[visa]]
name = "Visa-free"
origins = ["UZB"]
destinations = ["KOR"]
requirement = "removed"
start = 2027
source = "an example"
status = "J"
"""


def lever(text: str, old: str, new: str) -> str:
    """A file whose one lever, from line 2 on, has one line changed."""
    assert old in text
    return HEAD + text.replace(old, new)


BROKEN = [
    # what is no TOML
    ("no sign", HEAD + "[climate]\npathway SSP3\n", 3, "climate.pathway", "field = value", "sign ="),
    ("no quotes", HEAD + "[climate]\npathway = SSP3-7.0\n", 3, "climate.pathway", "value is not a", "quotation marks"),
    ("open text", HEAD + '[climate]\npathway = "SSP3\n', 3, "climate.pathway", "does not end on it", "Close it"),
    ("open list", HEAD + 'overrides = [\n  "bhm",\n\n[climate]\n', 2, "overrides", "a list has no ]", "begins here"),
    ("open long text", HEAD + '\ndescription = """\nand\nso on\n', 3, "description", "lacks the quotation", "Add them"),
    ("open inline table", HEAD + "[climate]\nwarming = { 2025 = 1.3\n", 3, "climate.warming", "inline table", "Add"),
    ("open section", HEAD + "[climate\npathway = 1\n", 2, "climate", "[section]", "Close the bracket"),
    ("open list of tables", HEAD + "[[policy]\n", 2, "policy", "[[policy]]", "both brackets"),
    ("twice a field", HEAD + '[income]\npathway = "SSP1"\n\npathway = "SSP2"\n', 5, "income.pathway", "twice",
     "Delete"),
    ("twice a section", HEAD + "[income]\n[climate]\n[income]\n", 4, "income", "two headings", "under one heading"),
    ("twice a year", HEAD + "[climate]\nwarming = {2025 = 1, 2025 = 2}\n", 3, "climate.warming", "twice", "Delete"),
    ("two on a line", HEAD + "[climate]\npercentile = 5 0\n", 3, "climate.percentile", "more than one field",
     "its own line"),
    ("backslash", 'title = "C:\\data"\n', 1, "title", "backslash", "Write it twice"),
    ("no such date", HEAD + "[[policy]]\nstart = 2027-02-30\n", 3, "policy.start", "no such date", "whole numbers"),
    ("long number", HEAD + f"[climate]\npercentile = {'9' * 5000}\n", 3, "climate.percentile", "too long",
     "fewer digits"),
    ("deep lists", HEAD + f"overrides = {'[' * 5000}\n", 2, "overrides", "nest", "flat"),
    ("latin 1", HEAD.encode() + b'description = "caf\xe9"\n', 2, None, "UTF-8", "Save it as UTF-8"),
    ("utf 16", HEAD.encode("utf-16"), 1, None, "UTF-8", "Save it as UTF-8"),
    ("zeros", b"\0" * 100, 1, None, "the line is neither", "Write it so"),
    ("too long", b"#" * 200_001, None, None, "more than the 200,000 bytes", "Check that this"),
    # form
    ("no title", '\n[climate]\npathway = "SSP3-7.0"\n', 1, "title", "is missing", "title ="),
    ("empty title", 'title = " "\n', 1, "title", "not empty", "For example"),
    ("title a number", "title = 7\n", 1, "title", "not a text", "For example"),
    ("unknown field", HEAD + '[climate]\n\npathwy = "SSP3-7.0"\n', 4, "climate.pathwy", "there is no such", "pathway?"),
    ("unknown section", HEAD + '[clmate]\npathway = "SSP3-7.0"\n', 2, "clmate", "there is no such", "mean climate"),
    ("field at the top", HEAD + 'damages = "none"\n', 2, "damages", "there is no such", "under [income]"),
    ("field in the wrong section", HEAD + "[income]\npercentile = 5\n", 3, "income.percentile", "there is no such",
     "[climate]"),
    ("title too late", HEAD + '[income]\ntitle = "Late"\n', 3, "income.title", "there is no such", "top of the file"),
    ("unknown pathway", HEAD + 'climate.pathway = "ssp3-70"\n', 2, "climate.pathway", "one of SSP1-1.9", "SSP3-7.0"),
    ("pathway a number", HEAD + "[climate]\npathway = 3\n", 3, "climate.pathway", "one of", "SSP3-7.0"),
    ("unknown income", HEAD + '[income]\npathway = "SSP6"\n', 3, "income.pathway", "one of", "SSP5"),
    ("unknown damages", HEAD + '[income]\ndamages = "burke"\n', 3, "income.damages", "one of", "burke-hsiang-miguel"),
    ("unknown model", HEAD + '[demand]\nmodel = "bsd"\n', 3, "demand.model", "one of corridor, bds", "bds?"),
    ("percentile a text", HEAD + '[climate]\npercentile = "50"\n', 3, "climate.percentile", "0 to 100", "= 50"),
    ("percentile too high", HEAD + "[climate]\npercentile = 101\n", 3, "climate.percentile", "0 to 100", "= 50"),
    ("percentile no number", HEAD + "[climate]\npercentile = nan\n", 3, "climate.percentile", "0 to 100", "= 50"),
    ("section no table", HEAD + 'demand = "bds"\n', 2, "demand", "a table", "[demand]"),
    ("policy no list", HEAD + '[policy]\nname = "x"\n', 2, "policy", "a list of tables", "[[policy]]"),
    ("overrides a text", HEAD + 'overrides = "bhm"\n', 2, "overrides", "a list of texts", '["ssp3-7.0", "bhm"]'),
    ("override a number", HEAD + 'overrides = [\n"bhm", # here\n3]\n', 4, "overrides[2]", "a text", "quotation marks"),
    # warming
    ("warming a number", HEAD + "[climate]\nwarming = 2.0\n", 3, "climate.warming", "years and numbers", "{ 2025"),
    ("year of two digits", HEAD + "[climate.warming]\n2025 = 1\n60 = 2.0\n2100 = 3\n", 4, "climate.warming.60",
     "four digits", "2060"),
    ("kelvin a text", HEAD + '[climate.warming]\n2025 = 1\n2100 = "2"\n', 4, "climate.warming.2100", "0 to 10",
     "2100 = 2.1"),
    ("too hot", HEAD + "[climate]\nwarming = {2025 = 1, 2100 = 27}\n", 3, "climate.warming.2100", "0 to 10",
     "2100 = 2.1"),
    ("warming late", HEAD + "[climate]\nwarming = {2030 = 1, 2100 = 2}\n", 3, "climate.warming",
     "does not begin by 2025",
     "Add"),
    ("warming of one year", HEAD + "[climate]\nwarming = {2025 = 1}\n", 3, "climate.warming", "go on after", "Add"),
    ("warming empty", HEAD + "[climate]\nwarming = {}\n", 3, "climate.warming", "does not begin by 2025", "Add years"),
    ("warming beside pathway", HEAD + '[climate]\npathway = "SSP1-1.9"\nwarming = {2025 = 1, 2100 = 2}\n', 3,
     "climate.pathway", "a pathway is given together with", "Leave out"),
    ("warming beside percentile", HEAD + "[climate]\nwarming = {2025 = 1, 2100 = 2}\npercentile = 5\n", 4,
     "climate.percentile", "a percentile is given together with your own path", "Leave out"),
    # channels and parameters
    ("unknown channel", HEAD + "[channels]\nageing = true\nagening = false\n", 4, "channels.agening",
     "there is no such",
     "ageing?"),
    ("switch a text", HEAD + '[channels]\nageing = "false"\n', 3, "channels.ageing", "true or false", "without quot"),
    ("switch a number", HEAD + "[channels]\nageing = 0\n", 3, "channels.ageing", "true or false", "small letters"),
    ("unknown parameter", HEAD + '[parameters]\n"ageing.elastic" = 1\n', 3, "parameters.ageing.elastic",
     "there is no such",
     "ageing.elasticity?"),
    ("parameter out of range", HEAD + '[parameters]\n"ageing.elasticity" = 1.5\n', 3, "parameters.ageing.elasticity",
     "uniform 0 to 1", "from 0 to 1; its middle is 0.5"),
    ("share out of range", HEAD + '[parameters]\n"network.share" = -0.1\n', 3, "parameters.network.share", "beta",
     "from 0 to 1"),
    ("slope out of range", HEAD + '[parameters]\n"income.slope" = 2.1\n', 3, "parameters.income.slope", "normal",
     "from -0.5 to 2"),
    ("parameter not finite", HEAD + '[parameters]\n"income.scale" = inf\n', 3, "parameters.income.scale", "a number",
     "= 1.0"),
    ("parameter a text", HEAD + '[parameters]\n"income.scale" = "1"\n', 3, "parameters.income.scale", "a number",
     "= 1"),
    ("parameter without quotes", HEAD + "[parameters]\nageing.elasticity = 1\n", 3, "parameters.ageing", "a number",
     '"ageing.elasticity"'),
    # policies
    ("policy without a name", policy('name = "Visa"\n', ""), 2, "policy[1].name", "is missing", "name ="),
    ("policy without a status", policy('status = "J"\n', ""), 2, "policy[1].status", "is missing", "status ="),
    ("policy without destinations", policy('destinations = ["KOR"]\n', ""), 2, "policy[1].destinations", "is missing",
     '["KOR"]'),
    ("no origins", policy('["UZB"]', "[]"), 4, "policy[1].origins", "at least one", "Central Asia"),
    ("origins a text", policy('["UZB"]', '"UZB"'), 4, "policy[1].origins", "a list of texts", "Central Asia"),
    ("unknown origin", policy('["UZB"]', '[\n"TJK",\n"Uzbekstan"]'), 6, "policy[1].origins[2]", "no group and no area",
     "Uzbekistan"),
    ("unknown group", policy('["KOR"]', '["CIKA"]'), 5, "policy[1].destinations[1]", "no group and no area", "CICA"),
    ("to itself only", policy('["KOR"]', '["Uzbekistan"]'), 5, "policy[1].destinations", "to itself", "destination"),
    ("effect too strong", policy("0.5", "3.5"), 6, "policy[1].effect", "-3 to 3", "effect = 0.5"),
    ("effect no number", policy("0.5", "true"), 6, "policy[1].effect", "-3 to 3", "effect = 0.5"),
    ("start in the base year", policy("2027", "2025"), 7, "policy[1].start", "2026 to 2100", "start = 2027"),
    ("start no whole number", policy("2027", "2027.5"), 7, "policy[1].start", "a whole number", "start = 2027"),
    ("start a date", policy("2027", "2027-01-01"), 7, "policy[1].start", "a whole number", "start = 2027"),
    ("end before start", policy("2027", "2027\nend = 2026"), 8, "policy[1].end", "ends before the year it starts",
     "Change"),
    ("phase in too long", policy("2027", "2027\nphase_in = 51"), 8, "policy[1].phase_in", "0 to 50", "phase_in = 5"),
    ("unknown status", policy('"J"', '"X"'), 8, "policy[1].status", "one of F, C, R, J", "F, C, R, J"),
    ("found nowhere", policy('"J"', '"F"'), 2, "policy[1].source", "is missing, and the status",
     "where it is published"),
    ("unknown field of a policy", policy("start", "fase_in = 5\nstart"), 7, "policy[1].fase_in", "there is no such",
     "phase_in"),
    ("second policy", HEAD + POLICY + POLICY.replace("Visa", "Law").replace("2027", "1927"), 14, "policy[2].start",
     "2026 to 2100", "start = 2027"),
    ("policies of one name", HEAD + POLICY + POLICY, 10, "policy[2].name", "has this name", "another name"),
    # levers
    ("pathway no list", HEAD + 'pathway = "SSP3-7.0"\n', 2, "pathway", "a list of tables", "[climate]"),
    ("pathway one table", HEAD + '[pathway]\nname = "x"\n', 2, "pathway", "a list of tables", "[[pathway]]"),
    ("pathway without a kind", lever(PATHWAY, 'kind = "work"\n', ""), 2, "pathway[1].kind", "is missing", "seasonal"),
    ("unknown kind", lever(PATHWAY, '"work"', '"labour"'), 6, "pathway[1].kind", "one of work", "family"),
    ("capacity below zero", lever(PATHWAY, "5000", "-1"), 7, "pathway[1].capacity", "0 to", "capacity = 5000"),
    ("capacity without a unit", lever(PATHWAY, 'unit = "persons"\n', ""), 2, "pathway[1].unit", "is missing",
     "persons"),
    ("unknown unit", lever(PATHWAY, '"persons"', '"people"'), 8, "pathway[1].unit", "one of persons, times", "added"),
    ("five thousand times", lever(PATHWAY, '"persons"', '"times"'), 7, "pathway[1].capacity", "above 100",
     '"persons"'),
    ("share above one", lever(PATHWAY, "start", "share = 1.2\nstart"), 9, "pathway[1].share", "0 to 1", "share = 0.3"),
    ("share of men above one", lever(PATHWAY, "start", "male_share = 1.4\nstart"), 9, "pathway[1].male_share", "0 to 1",
     "male_share = 0.9"),
    ("ages the wrong way round", lever(PATHWAY, "start", "ages = [39, 18]\nstart"), 9, "pathway[1].ages",
     "the greatest age first and then the least", "ages = [18, 39]"),
    ("one age", lever(PATHWAY, "start", "ages = [18]\nstart"), 9, "pathway[1].ages", "list of 2 whole numbers",
     "ages = [18, 39]"),
    ("age above all", lever(PATHWAY, "start", "ages = [18, 139]\nstart"), 9, "pathway[1].ages[2]", "0 to 100",
     "0 to 100"),
    ("age no number", lever(PATHWAY, "start", 'ages = ["18", 39]\nstart'), 9, "pathway[1].ages[1]", "0 to 100",
     "0 to 100"),
    ("two shares of a kind", lever(PATHWAY, "start", "share = 0.6\nstart") + PATHWAY.replace("Places", "More").replace(
        "start", "share = 0.5\nstart"), 20, "pathway[2].share", "another share of moves UZB > KOR", "the same"),
    ("shares above one", lever(PATHWAY, "start", "share = 0.6\nstart") + PATHWAY.replace("Places", "More").replace(
        "work", "study").replace("start", "share = 0.5\nstart"), 20, "pathway[2].share", "sum to 1.1", "at most 1"),
    ("lever without a source", lever(PATHWAY, 'source = "an example"\n', ""), 2, "pathway[1].source", "is missing",
     "our example"),
    ("lever with an empty source", lever(PATHWAY, '"an example"', '""'), 10, "pathway[1].source", "not empty",
     "our example"),
    ("lever in the base year", lever(PATHWAY, "2027", "2025"), 9, "pathway[1].start", "2026 to 2100", "start = 2027"),
    ("lever ends too early", lever(PATHWAY, "2027", "2027\nend = 2026"), 10, "pathway[1].end",
     "the pathway ends before",
     "Change"),
    ("ramp too long", lever(PATHWAY, "2027", "2027\nramp = 51"), 10, "pathway[1].ramp", "0 to 50", "ramp = 5"),
    ("lever on an unknown area", lever(PATHWAY, '["KOR"]', '["Uzbekstan"]'), 5, "pathway[1].destinations[1]",
     "no group and no area", "Uzbekistan"),
    ("lever to itself", lever(VISA, '["KOR"]', '["UZB"]'), 5, "visa[1].destinations", "to itself", "destination"),
    ("visa that sets nothing", lever(VISA, 'requirement = "removed"\n', ""), 2, "visa[1]", "the visa lever sets none",
     '"removed"'),
    ("unknown requirement", lever(VISA, '"removed"', '"lifted"'), 6, "visa[1].requirement", "one of introduced",
     "removed"),
    ("refusals out of range", lever(VISA, "start", "refusals = 7\nstart"), 7, "visa[1].refusals", "0.1 to 5", "= 1.1"),
    ("field of another lever", lever(VISA, "start", "stopped = 0.1\nstart"), 7, "visa[1].stopped", "there is no such",
     "[[enforcement]]"),
    ("stopped all", HEAD + VISA.replace("visa", "enforcement").replace('requirement = "removed"', "stopped = 1"), 6,
     "enforcement[1].stopped", "0 to 0.95", "stopped = 0.1"),
    ("levers of one name", HEAD + VISA + VISA, 11, "visa[2].name", "has this name", "another name"),
    # overrides
    ("unknown override", HEAD + 'overrides = ["bhm",\n "ssp3-7.1"]\n', 3, "overrides[2]", "no scenario of this name",
     "ssp3-7.0"),
    ("missing override", HEAD + 'overrides = ["none.toml"]\n', 2, "overrides[1]", "cannot be read", "exists"),
    ("override twice", HEAD + 'overrides = ["bhm", "kahn",\n"bhm"]\n', 3, "overrides[3]", "twice", "Delete"),
    ("on itself", HEAD + '\noverrides = ["broken.toml"]\n', 3, "overrides[1]", "builds on itself", "Take one"),
]  # fmt: skip


def run(*words: str) -> tuple[str, list[str]]:
    """The first line and the problems that a command reports as it exits with 2."""
    result = CliRunner().invoke(main, ["scenario", *words])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 2
    first, *problems = result.output.splitlines()
    return first, problems


@pytest.fixture(autouse=True)
def channels(monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "CHANNELS", CHANNELS)
    monkeypatch.chdir(tmp_path)


def test_there_are_enough():
    assert len({name for name, *_ in BROKEN}) == len(BROKEN) >= 40


@pytest.mark.parametrize("case", BROKEN, ids=[case[0] for case in BROKEN])
def test_each_is_told_with_its_place_fault_and_remedy(case, tmp_path):
    _, text, line, field, fault, remedy = case
    (tmp_path / "broken.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    first, problems = run("check", "broken.toml")
    assert first == "Cannot do that:"
    (problem,) = problems
    row = "" if line is None else rf", row {line}"
    column = "" if field is None else rf", column {re.escape(field)}"
    told = re.fullmatch(
        rf"  file broken\.toml{row if line else '(?:, row 1)?'}{column}(?:, value '?.*?'?)?:(.*)", problem
    )
    assert told, problem
    said, found, advised = told.group(1).partition(fault)
    assert found, f"{said} does not say {fault}"
    assert remedy in advised, problem
    assert not re.search(r"pydantic|Input should|validation|Error|\[type=", problem)


def test_all_problems_of_all_files_are_in_one_report(tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "top.toml").write_text('overrides = ["base/one.toml", "bmh"]\n\n[income]\npathway = "SSP9"\n')
    (tmp_path / "base" / "one.toml").write_text(HEAD + 'overrides = ["two.toml"]\n[channels]\nageng = true\n')
    (tmp_path / "base" / "two.toml").write_text("title = 1\n[climate]\npercentile = -1\n")
    problems = run("show", "top.toml", "--set", "climate.pathway=SSP9", "--set", "demand", "--set", "title=x")[1]
    places = [re.sub(r"(, value .*)?: .*", "", problem.strip()) for problem in problems]
    assert places == [
        "file top.toml, row 1, column title",
        "file top.toml, row 4, column income.pathway",
        "file base/one.toml, row 4, column channels.ageng",
        "file base/two.toml, row 1, column title",
        "file base/two.toml, row 3, column climate.percentile",
        "file top.toml, row 1, column overrides[2]",
        "option --set",
        "option --set title",
        "option --set climate.pathway",
    ]
    assert "bhm?" in problems[5]


def test_a_file_that_two_others_build_on_is_told_once(tmp_path):
    (tmp_path / "a.toml").write_text(HEAD + 'overrides = ["c.toml"]\n')
    (tmp_path / "b.toml").write_text(HEAD + 'overrides = ["./c.toml"]\n')
    (tmp_path / "c.toml").write_text("[income]\n")
    assert len(run("check", "a.toml", "b.toml")[1]) == 1


def test_a_long_list_without_an_end_is_told_where_it_begins(tmp_path):
    codes = "".join(f'  "{code}",\n' for code in areas.codes())
    (tmp_path / "long.toml").write_text(policy('["UZB"]', "[\n" + codes))
    (problem,) = run("check", "long.toml")[1]
    assert problem.startswith("  file long.toml, row 4, column policy.origins: a list has no ]")


def test_circles_are_told_with_their_members(tmp_path):
    for one, other in ("ab", "bc", "ca"):
        (tmp_path / f"{one}.toml").write_text(HEAD + f'overrides = ["{other}.toml"]\n')
    (problem,) = run("check", "a.toml")[1]
    assert problem.startswith("  file c.toml, row 2, column overrides[1], value 'a.toml':")
    assert "a.toml > b.toml > c.toml > a.toml" in problem


def test_a_percentile_over_a_path_that_an_override_sets(tmp_path):
    (tmp_path / "path.toml").write_text(HEAD + "[climate]\nwarming = {2025 = 1.3, 2060 = 2}\n")
    (tmp_path / "top.toml").write_text(HEAD + 'overrides = ["path.toml"]\n[climate]\npercentile = 90\n')
    (problem,) = run("check", "top.toml")[1]
    assert problem.startswith(
        "  file top.toml, row 4, column climate.percentile, value 90.0: a percentile is given together with"
    )
    (problem,) = run("show", "path.toml", "--set", "climate.percentile=90")[1]
    assert problem.startswith("  option --set climate.percentile, value 90.0: a percentile is given together with")


def test_a_path_that_ends_before_the_run(tmp_path):
    (tmp_path / "path.toml").write_text(HEAD + "[climate]\nwarming = {2025 = 1.3, 2060 = 2}\n")
    (problem,) = run("check", "path.toml", "--to", "2100")[1]
    assert problem.startswith("  file path.toml, row 3, column climate.warming, value '2025 to 2060': ")
    assert "Add 2100" in problem
    assert CliRunner().invoke(main, ["scenario", "check", "path.toml", "--to", "2060"]).exit_code == 0


@pytest.mark.parametrize(
    ("word", "rule", "remedy"),
    [
        ("sp3-7.0", "no scenario of this name", "ssp3-7.0"),
        ("none.toml", "cannot be read (No such file", "bhm"),
        ("folder.toml", "cannot be read (Is a directory", "bhm"),
        ("", "no scenario of this name", "Choose one of"),
        ("nul\0.toml", "cannot be read", "bhm"),
        ("x" * 5000 + ".toml", "cannot be read (File name too long", "bhm"),
    ],
)
def test_a_scenario_that_cannot_be_found(word, rule, remedy, tmp_path):
    (tmp_path / "folder.toml").mkdir()
    (problem,) = run("show", word)[1]
    assert rule in problem
    assert remedy in problem


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("climate.pathwy=SSP3-7.0", "pathway?"),
        ("pathway=SSP3", "[income]"),
        ("climate=3", "a table"),
        ("climate.=3", "KEY=VALUE"),
        ("=3", "KEY=VALUE"),
        ("policy=[]", "only in a file"),
        ("channels.ageing=no", "true or false"),
        ("parameters.ageing.elasticity=7", "uniform 0 to 1"),
        ("climate.percentile=1\nx=2", "0 to 100"),
    ],
)
def test_options_that_set_what_cannot_be(setting, told):
    (problem,) = run("show", "bhm", "--set", setting)[1]
    assert problem.startswith("  option --set")
    assert told in problem


def test_a_chain_without_end_and_deep_nesting_are_refused_at_once(tmp_path):
    for number in range(1, 30):
        (tmp_path / f"c{number}.toml").write_text(HEAD + f'overrides = ["c{number + 1}.toml"]\n')
    (problem,) = run("check", "c1.toml")[1]
    assert "c20.toml" in problem
    assert "more than 20 scenarios build one on the next" in problem
    (tmp_path / "deep.toml").write_text("title = 'x'\n[" + ".".join("a" * 40_000) + "]\n")
    (problem,) = run("check", "deep.toml")[1]
    assert problem.startswith("  file deep.toml, row 2")
    assert "lists and tables nest too deep; the limit is 20" in problem
    os.mkfifo(tmp_path / "pipe.toml")
    (problem,) = run("check", "pipe.toml")[1]
    assert "a pipe" in problem
