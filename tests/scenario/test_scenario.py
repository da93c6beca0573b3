"""Scenarios: which setting holds, the digest, what is shipped, lines of fields, what is written from the models."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from corridor.cli import main
from corridor.drivers import registry, temperature
from corridor.drivers.channel import Settings
from corridor.drivers.damages import FAMILIES
from corridor.drivers.levers import KIND_SHARES, Pathway, ReturnProgramme, Visa
from corridor.drivers.levers import LEVERS as LEVER_SORTS
from corridor.drivers.parameters import Beta, Fixed, Normal, Uniform
from corridor.errors import InputError
from corridor.scenario import load_scenario
from corridor.scenario.effective import BASELINE, differences
from corridor.scenario.load import load_all
from corridor.scenario.locate import field_lines
from corridor.scenario.reference import example_text, reference_page, schema_text
from corridor.scenario.schema import ScenarioFile, bounds, json_schema
from corridor.scenario.source import shipped_names
from corridor.scenario.writing import toml_value
from tests.scenarios import CHANNELS, paths_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
PINNED = "57a9880aabc55d3312b09847083518e3c718b95070727607dc62f4fad57c31eb"  # digest of ssp3-7.0 without channels
PATHWAYS = {"ssp1-1.9", "ssp1-2.6", "ssp2-4.5", "ssp3-7.0", "ssp5-8.5"}
VISA = """
[[policy]]
name = "Visa"
origins = ["Central Asia", "Uzbekistan", "pak"]
destinations = ["KOR"]
effect = 1
start = 2027
phase_in = 5
end = 2050
source = "a trial"
status = "F"
"""

LEVERS = """
[[return_programme]]
name = "Home"
origins = ["UZB"]
destinations = ["RUS"]
effect = 0.2
start = 2030
source = "a trial"
status = "J"

[[visa]]
name = "Visa"
origins = ["CICA"]
destinations = ["KOR"]
refusals = 1.5
start = 2028
source = "a trial"
status = "R"

[[pathway]]
name = "Places"
description = "Of an agreement"
origins = ["pak", "Uzbekistan"]
destinations = ["KOR"]
kind = "work"
capacity = 5000
unit = "persons"
start = 2027
ramp = 3
source = "a trial"
status = "J"
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write files into the current folder."""
    monkeypatch.chdir(tmp_path)

    def written(**files: str) -> None:
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(f'title = "Title of {name}"\n' + text, encoding="utf-8")

    return written


@pytest.fixture
def _known(monkeypatch):
    monkeypatch.setattr(registry, "CHANNELS", CHANNELS)


def load(word, *settings, **more):
    return load_scenario(word, settings, CHANNELS, **more)


def run(*words: str) -> str:
    result = CliRunner().invoke(main, ["scenario", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


# which setting holds


def test_a_title_alone_is_the_baseline(write):
    write(empty="")
    scenario = load("empty.toml")
    assert scenario.settings == Settings()
    assert set(scenario.provenance.values()) == {BASELINE}
    assert (scenario.title, scenario.description, scenario.overrides) == ("Title of empty", "", ())


def test_each_source_holds_over_those_below_it(write):
    write(
        low='income = {pathway = "SSP1", damages = "kahn"}\nclimate = {pathway = "SSP1-1.9", percentile = 10}',
        later='income = {pathway = "SSP4", damages = "none"}',
        top='overrides = ["low.toml", "later.toml"]\nincome.pathway = "SSP5"\ndemand.model = "bds"',
    )
    scenario = load("top.toml", "income.pathway=SSP3", "demand.model = 'corridor'")
    assert scenario.settings == Settings("SSP1-1.9", 10.0, income="SSP3", damages="none", demand="corridor")
    assert {key: origin for key, origin in scenario.provenance.items() if not key.startswith("channels")} == {
        "climate.pathway": "override low.toml",
        "climate.percentile": "override low.toml",
        "climate.per_degree": "baseline",
        "climate.own_effects": "baseline",
        "income.pathway": "command line",
        "income.damages": "override later.toml",
        "demand.model": "command line",
    }
    assert scenario.overrides == ("low.toml", "later.toml")
    assert load("top.toml").settings.income == "SSP5"


def test_what_an_override_builds_on_comes_right_below_it(write):
    write(
        ground='income.damages = "kahn"\nincome.pathway = "SSP1"',
        floor='overrides = ["ground.toml"]\nincome.pathway = "SSP4"',
        beside='income.damages = "none"',
        one='overrides = ["beside.toml", "floor.toml"]',
        two='overrides = ["floor.toml", "beside.toml"]',
        three='overrides = ["floor.toml", "ground.toml"]',
    )
    one, two, three = (load(f"{name}.toml") for name in ("one", "two", "three"))
    assert (one.settings.income, one.settings.damages) == ("SSP4", "kahn")
    assert one.overrides == ("beside.toml", "ground.toml", "floor.toml")
    assert (two.settings.income, two.settings.damages) == ("SSP4", "none")
    assert (three.settings.income, three.settings.damages) == ("SSP1", "kahn")
    assert three.overrides == ("floor.toml", "ground.toml")


def test_policies_add_up_once_each(write):
    law = VISA.replace("Visa", "Law")
    write(
        base=VISA,
        left='overrides = ["base.toml"]',
        right='overrides = ["./base.toml"]',
        top=f'overrides = ["left.toml", "right.toml"]{law}',
    )
    scenario = load("top.toml")
    assert [policy.name for policy in scenario.settings.policies] == ["Visa", "Law"]
    assert scenario.provenance["policy.Visa"].startswith("override")
    assert scenario.provenance["policy.Law"] == "file"


def test_a_policy_means_the_areas_of_today(write):
    write(visa=VISA)
    (policy,) = load("visa.toml").settings.policies
    assert policy.origins == ("KAZ", "KGZ", "PAK", "TJK", "TKM", "UZB")
    assert (policy.effect, policy.start, policy.phase_in, policy.end) == (1.0, 2027, 5, 2050)
    assert (policy.source, policy.status) == ("a trial", "F")
    assert isinstance(policy.effect, float)


def test_levers_are_read_in_one_order_with_their_origin(write):
    write(base=VISA + LEVERS, top='overrides = ["base.toml"]' + LEVERS.replace('name = "', 'name = "New '))
    scenario = load("top.toml")
    levers = scenario.settings.levers
    assert [lever.name for lever in levers] == ["Places", "New Places", "Visa", "New Visa", "Home", "New Home"]
    assert [type(lever) for lever in levers[::2]] == [Pathway, Visa, ReturnProgramme]
    assert levers[0] == Pathway(
        name="Places",
        description="Of an agreement",
        origins=("PAK", "UZB"),
        destinations=("KOR",),
        start=2027,
        ramp=3,
        source="a trial",
        status="J",
        kind="work",
        capacity=5000.0,
        unit="persons",
    )
    assert len(levers[2].origins) == 28
    assert scenario.provenance["policy.Visa"] == scenario.provenance["visa.Visa"] == "override base.toml"
    assert scenario.provenance["return_programme.New Home"] == "file"


def test_levers_survive_being_written_and_are_told_apart(write, tmp_path):
    people = 'unit = "persons"\nmale_share = 0.9\nages = [18, 39]'
    stated = LEVERS.replace('unit = "persons"', people)
    write(one=stated, two=stated.replace("5000", "6000"))
    one, two = load("one.toml"), load("two.toml")
    (tmp_path / "whole.toml").write_text(one.to_toml())
    whole = load("whole.toml")
    assert whole.settings == one.settings
    (places,) = (lever for lever in whole.settings.levers if isinstance(lever, Pathway))
    assert (places.male_share, places.ages) == (0.9, (18, 39))
    assert whole.digest == one.digest != two.digest
    assert "[[return_programme]]  # file" in one.to_toml()
    assert differences(one, two) == [("pathway.Places.capacity", 5000.0, 6000.0)]
    assert set(one.effective["settings"]) - set(load("baseline").effective["settings"]) == {
        "pathway",
        "visa",
        "return_programme",
    }


def test_the_example_of_the_page_on_pathways_is_right(tmp_path):
    (example,) = re.findall(
        r"```toml\n(.*?)```", (DOCS / "explanation" / "pathways.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")
    (lever,) = load(str(tmp_path / "example.toml")).settings.levers
    assert (lever.origins, lever.destinations) == (("KGZ", "UZB"), ("KOR",))


def test_the_page_on_pathways_names_every_lever_and_kind():
    page = (DOCS / "explanation" / "pathways.md").read_text(encoding="utf-8")
    assert all(f"`[[{section}]]`" in page for section in LEVER_SORTS)
    assert all(f"{kind} {share:.2f}".replace("0.", ".") in page for kind, share in KIND_SHARES.items())


def test_a_path_of_warming_and_a_pathway_replace_each_other(write):
    write(
        path="climate.warming = {2060 = 2, 2025 = 1.3}",
        back='overrides = ["path.toml"]\nclimate.pathway = "SSP1-2.6"',
        over='overrides = ["ssp3-7.0", "path.toml"]',
    )
    own = load("path.toml")
    assert own.settings == Settings(own_warming={2025: 1.3, 2060: 2.0})
    assert list(own.settings.own_warming or ()) == [2025, 2060]
    assert "climate.pathway" not in own.provenance
    assert load("over.toml").settings == Settings(own_warming={2025: 1.3, 2060: 2.0}, income="SSP3")
    assert load("back.toml").settings == Settings("SSP1-2.6")
    assert "climate.warming" not in load("back.toml").provenance
    assert load("path.toml", "climate.pathway=SSP5-8.5", "climate.percentile=5").settings == Settings("SSP5-8.5", 5.0)


def test_all_channels_are_switched_but_those_named(write):
    write(
        only="[channels]\nall = false\nageing = true",
        more='overrides = ["only.toml"]\nchannels.network = true',
        again='overrides = ["more.toml"]\nchannels.all = true',
    )
    assert load("only.toml").settings.off == frozenset(CHANNELS) - {"ageing"}
    assert load("more.toml").settings.off == frozenset(CHANNELS) - {"ageing", "network"}
    assert load("again.toml").settings.off == frozenset()
    assert load("only.toml", "channels.ageing=false").settings.off == frozenset(CHANNELS)


def test_parameters_are_fixed_by_their_names(write):
    write(fix='[parameters]\n"ageing.elasticity" = 1\n"network.share" = 0.25')
    settings = load("fix.toml", "parameters.ageing.elasticity=0.5", 'parameters."income.scale"=-7').settings
    assert settings.fixed == {"ageing.elasticity": 0.5, "network.share": 0.25, "income.scale": -7.0}


def test_a_parameter_may_lie_where_its_prior_does():
    assert bounds(Uniform(1.0, 2.0)) == (1.0, 2.0)
    assert bounds(Normal(0.0, 1.0, low=-0.5)) == (-0.5, float("inf"))
    assert bounds(Beta(1.0, 1.0)) == (0.0, 1.0)
    assert bounds(Fixed(3.0)) == (float("-inf"), float("inf"))


def test_paths_of_overrides_start_from_the_file_that_names_them(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.toml").write_text('title = "One"\noverrides = ["two.toml", "../three.toml", "bhm"]\n')
    (tmp_path / "deep" / "two.toml").write_text('title = "Two"\n')
    (tmp_path / "three.toml").write_text('title = "Three"\nincome.pathway = "SSP1"\n')
    monkeypatch.chdir("/")
    scenario = load(str(tmp_path / "deep" / "one.toml"))
    assert scenario.overrides == ("two.toml", "../three.toml", "bhm")
    assert (scenario.settings.income, scenario.settings.damages) == ("SSP1", "burke-hsiang-miguel")


@pytest.mark.parametrize("encoded", [("utf-8-sig", "\n"), ("utf-8", "\r\n")])
def test_marks_of_other_editors_are_read(encoded, tmp_path):
    encoding, ending = encoded
    text = ending.join(['title = "Болашақ"', "[climate]", "percentile = 7", "[[policy]]", ""])
    (tmp_path / "file.toml").write_bytes(text.encode(encoding))
    with pytest.raises(InputError) as caught:
        load(str(tmp_path / "file.toml"))
    assert {problem.row for problem in caught.value.problems} == {4}


# effective settings and their digest


def test_effective_settings_are_plain_and_complete(write):
    write(visa='climate.percentile = 50\nparameters = {"ageing.elasticity" = 0}' + VISA)
    effective = load("visa.toml").effective
    assert json.loads(json.dumps(effective)) == effective
    assert tomllib.loads("\n".join(f"{key} = {toml_value(value)}" for key, value in effective.items())) == effective
    settings = effective["settings"]
    assert settings["climate"] == {
        "pathway": "SSP2-4.5",
        "percentile": 50.0,
        "per_degree": "surface",
        "own_effects": "none",
    }
    assert settings["channels"] == dict.fromkeys(CHANNELS, True)
    named = {f"{section}.{key}" for section in settings if section != "policy" for key in settings[section]}
    assert set(effective["from"]) == named | {"policy.Visa"}
    assert re.fullmatch("[0-9a-f]{64}", effective["digest"])


def test_the_digest_is_of_what_holds_and_nothing_else(write):
    write(
        one='overrides = ["ssp3-7.0"]\nparameters."network.share" = -0.0',
        two='climate.pathway = "SSP3-7.0"\nincome = {damages = "kalkuhl-wenz", pathway = "SSP3"}\n'
        'description = "other words"\nparameters = {"network.share" = 0}',
        three='overrides = ["ssp3-7.0"]\nparameters."network.share" = 1e-9',
    )
    one, two, three = (load(f"{name}.toml") for name in ("one", "two", "three"))
    assert one.digest == two.digest != three.digest
    assert differences(one, two) == []
    assert differences(one, three) == [("parameters.network.share", 0.0, 1e-9)]
    assert replace(one, settings=Settings(demand="bds")).digest != replace(one, settings=Settings()).digest


def test_a_digest_is_kept_for_ever():
    """Stored results are found by it: it may change only where what is settled in scenarios does."""
    assert load_scenario("ssp3-7.0", channels={}).digest == PINNED


def test_what_holds_is_itself_a_scenario_file(write, tmp_path):
    write(top='overrides = ["ssp3-7.0", "no-climate"]\nparameters."ageing.elasticity" = 0.1' + VISA)
    scenario = load("top.toml", "climate.percentile=95")
    (tmp_path / "whole.toml").write_text(scenario.to_toml())
    whole = load("whole.toml")
    assert whole.settings == scenario.settings
    assert whole.digest == scenario.digest
    assert whole.overrides == ()
    assert 'pathway = "SSP3-7.0"  # override ssp3-7.0' in scenario.to_toml()
    assert "[[policy]]  # file" in scenario.to_toml()


# what is shipped


def test_every_shipped_scenario_is_right_and_says_what_it_is():
    scenarios = load_all(shipped_names(), CHANNELS)
    with_levers = {name for name, scenario in scenarios.items() if scenario.settings.levers}
    assert len(with_levers) == 10  # see test_pathway_expectations
    assert set(scenarios) - with_levers == PATHWAYS | {
        "baseline",
        "bhm",
        "kahn",
        "no-damages",
        "no-climate",
        "no-channels",
    }
    assert scenarios["baseline"].settings == Settings()
    assert all(scenario.description for scenario in scenarios.values())
    for name in PATHWAYS:
        expected = Settings(pathway=name.upper(), income=f"SSP{name[3]}")
        assert scenarios[name].settings == expected
    assert scenarios["ssp2-4.5"].settings == Settings()
    assert scenarios["bhm"].settings == Settings(damages="burke-hsiang-miguel")
    assert scenarios["kahn"].settings == Settings(damages="kahn")
    assert scenarios["no-damages"].settings == Settings(damages="none")
    assert scenarios["no-climate"].settings == Settings(damages="none", off=frozenset({"slow_onset", "displacement"}))
    assert scenarios["no-channels"].settings == Settings(off=frozenset(CHANNELS) - {"exposure", "returns"})


# lines


def test_lines_of_every_kind_of_field():
    text = '''# a comment with [brackets] = "
title = "a # b"   # more
a.b."c.d" = [1, # first
  "]", { x = 1, 'y z' = [ 2,
  3 ] } ]
text = """
[not.a.table]
quote \\""" and end"""""
raw = \'\'\'
x = 1\'\'\'
when = 2027-01-01 10:00:00
[climate]   # a table
warming = { 2025 = 1.3,2060 = 2 }

[[policy]]
name = "one"
[policy.more]
deep = true
[[ policy ]]
[[policy.parts]]
n = 1
[[policy.parts]]

n = 2
'''
    lines = field_lines(text)
    assert set(lines) == set(paths_of(tomllib.loads(text)))
    assert lines == {
        ("title",): 2,
        ("a",): 3,
        ("a", "b"): 3,
        ("a", "b", "c.d"): 3,
        ("a", "b", "c.d", 0): 3,
        ("a", "b", "c.d", 1): 4,
        ("a", "b", "c.d", 2): 4,
        ("a", "b", "c.d", 2, "x"): 4,
        ("a", "b", "c.d", 2, "y z"): 4,
        ("a", "b", "c.d", 2, "y z", 0): 4,
        ("a", "b", "c.d", 2, "y z", 1): 5,
        ("text",): 6,
        ("raw",): 9,
        ("when",): 11,
        ("climate",): 12,
        ("climate", "warming"): 13,
        ("climate", "warming", "2025"): 13,
        ("climate", "warming", "2060"): 13,
        ("policy",): 15,
        ("policy", 0): 15,
        ("policy", 0, "name"): 16,
        ("policy", 0, "more"): 17,
        ("policy", 0, "more", "deep"): 18,
        ("policy", 1): 19,
        ("policy", 1, "parts"): 20,
        ("policy", 1, "parts", 0): 20,
        ("policy", 1, "parts", 0, "n"): 21,
        ("policy", 1, "parts", 1): 22,
        ("policy", 1, "parts", 1, "n"): 24,
    }
    assert field_lines(text.replace("\n", "\r\n")) == lines


# what is written from the models


def test_the_reference_is_what_the_models_say():
    assert (DOCS / "reference" / "scenarios.md").read_text(encoding="utf-8") == reference_page() == run("reference")


def test_the_schema_is_what_the_models_say():
    assert (DOCS / "reference" / "scenario.schema.json").read_text(encoding="utf-8") == schema_text() == run("schema")


def test_the_reference_names_every_field_channel_and_parameter():
    page = reference_page(CHANNELS)
    for name in (*CHANNELS, *ScenarioFile.model_fields, *shipped_names()):
        assert name in page, name
    assert '`"ageing.elasticity"' in page
    assert "Prior: uniform 0 to 1. Status: J. Source: an example of tests." in page
    assert "the command line, `--set KEY=VALUE`" in page


def test_every_field_is_described():
    schema = json_schema(CHANNELS)
    for part in (schema, *schema["$defs"].values()):
        for name, field in part["properties"].items():
            assert field.get("description") or "$ref" in field, name
    assert all(part["description"] for part in schema["$defs"].values())
    assert schema["properties"]["parameters"]["properties"]["income.slope"].items() >= {
        ("type", "number"),
        ("minimum", -0.5),
        ("maximum", 2.0),
    }
    assert list(schema["properties"]["channels"]["properties"]) == ["all", *CHANNELS]


def _mismatches(value, part, schema):
    """What a value breaks of the keywords that our schema uses."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].removeprefix("#/$defs/")]
    kinds: dict[str, type | tuple[type, ...]] = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "number": (int, float),
        "integer": int,
    }
    if "type" in part and not isinstance(value, kinds[part["type"]]):
        yield value
    if value not in part.get("enum", [value]) or (
        isinstance(value, str) and not re.search(part.get("pattern", ""), value)
    ):
        yield value
    if isinstance(value, int | float) and not part.get("minimum", value) <= value <= part.get("maximum", value):
        yield value
    if isinstance(value, list):
        for entry in value:
            yield from _mismatches(entry, part["items"], schema)
    if isinstance(value, dict):
        yield from set(part.get("required", ())) - set(value)
        for key, entry in value.items():
            patterns = [each for pattern, each in part.get("patternProperties", {}).items() if re.search(pattern, key)]
            inner = part.get("properties", {}).get(key, *patterns[:1] or (None,))
            yield from [key] if inner is None else _mismatches(entry, inner, schema)


def _uncommented(text: str) -> str:
    return re.sub(r"^# ", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("dropped", ["warming", "pathway|percentile"])
def test_the_example_is_right_with_every_field_uncommented(dropped, tmp_path):
    text = re.sub(rf"(?m)^({dropped}) = .*\n", "", _uncommented(example_text(CHANNELS)))
    (tmp_path / "all.toml").write_text(text)
    scenario = load(str(tmp_path / "all.toml"))
    (policy,) = scenario.settings.policies
    assert policy.destinations == ("KOR",)
    assert [type(lever) for lever in (policy, *scenario.settings.levers)] == list(LEVER_SORTS.values())
    assert set(scenario.settings.fixed) == {each.name for channel in CHANNELS.values() for each in channel.parameters}
    schema = json_schema(CHANNELS)
    raw = tomllib.loads(text)
    assert set(raw) == set(schema["properties"])
    assert list(_mismatches(raw, schema, schema)) == []
    assert list(_mismatches(raw | {"title": 3, "clmate": {}}, schema, schema)) == [3, "clmate"]


# the commands


@pytest.mark.usefixtures("_known")
def test_a_new_file_is_right_and_never_replaces_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "corridor scenario check new.toml" in run("new", "new.toml")
    assert re.fullmatch(
        r"new\.toml: no problems found; High warming, closed trade; digest [0-9a-f]{12}\n", run("check", "new.toml")
    )
    (tmp_path / "new.toml").write_text("mine")
    for place, said in (
        ("new.toml", "a new scenario does not replace files"),
        ("none/new.toml", "No such file"),
        ("", "a new scenario does not replace files"),
    ):
        result = CliRunner().invoke(main, ["scenario", "new", place])
        assert result.exit_code == 2
        assert said in result.output
    assert (tmp_path / "new.toml").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["new.toml"]


@pytest.mark.usefixtures("_known")
def test_show_prints_what_holds_in_three_forms(write):
    write(visa='overrides = ["ssp3-7.0"]' + VISA)
    table = run("show", "visa.toml", "--set", "climate.percentile=90")
    assert re.search(r'climate\.pathway +"SSP3-7\.0" +override ssp3-7\.0', table)
    assert re.search(r"climate\.percentile +90\.0 +command line", table)
    assert re.search(r"policy\.Visa\.effect +1\.0 +file", table)
    assert json.loads(run("show", "visa.toml", "--format", "json")) == load("visa.toml").effective
    assert tomllib.loads(run("show", "visa.toml", "--format", "toml"))["policy"][0]["name"] == "Visa"


@pytest.mark.usefixtures("_known")
def test_diff_prints_only_what_differs(write):
    write(visa=VISA, twin=VISA)
    assert run("diff", "visa.toml", "twin.toml") == "The two scenarios do not differ.\n"
    lines = run("diff", "ssp2-4.5", "no-climate").splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["income.damages", '"kalkuhl-wenz"', '"none"'],
        ["channels.slow_onset", "true", "false"],
        ["channels.displacement", "true", "false"],
    ]
    assert "not set" in run("diff", "ssp2-4.5", "visa.toml")


def test_list_names_every_shipped_scenario():
    assert re.findall(r"^(\S+): ", run("list"), re.MULTILINE) == list(shipped_names())


@pytest.mark.parametrize("words", [["--help"], ["show", "--help"]])
def test_help_loads_nothing_heavy(words):
    code = (
        "import sys; from corridor.cli import main; "
        f"main(['scenario', *{words!r}], standalone_mode=False); print('loaded', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split("loaded ")[1].split())
    assert not loaded & {"pydantic", "numpy", "pandas", "rich", "tomllib"}


def test_the_choices_of_a_file_are_those_of_the_channels():
    of = {name: part["properties"] for name, part in json_schema(CHANNELS)["$defs"].items()}
    assert of["Climate"]["pathway"]["enum"] == list(temperature.PATHWAYS)
    assert of["Income"]["damages"]["enum"] == list(FAMILIES)
    assert of["Income"]["pathway"]["enum"] == [f"SSP{number}" for number in range(1, 6)]
