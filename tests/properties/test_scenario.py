"""Laws of scenario files: whatever is right survives the way there and back, whatever is wrong ends in one report."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor import areas
from corridor.calendar import LAST_YEAR
from corridor.drivers.channel import Settings
from corridor.drivers.levers import (
    KINDS,
    LEVERS,
    Enforcement,
    Lever,
    Pathway,
    Policy,
    Regularisation,
    ReturnProgramme,
    Visa,
)
from corridor.errors import InputError
from corridor.scenario import EffectiveScenario, load_scenario
from corridor.scenario.effective import differences, settings_table
from corridor.scenario.locate import field_lines
from corridor.scenario.reference import example_text
from corridor.scenario.schema import bounds, parameters_of
from corridor.scenario.writing import toml_key, toml_value
from tests.scenarios import CHANNELS, paths_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = TEXTS.filter(str.strip)
CODES = st.lists(st.sampled_from(areas.codes()), min_size=1, max_size=4, unique=True)
VALUES = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
KELVINS = st.floats(0.0, 10.0)
SORTS = [sort for sort in LEVERS.values() if sort is not Policy]


def in_order(codes: list[str]) -> tuple[str, ...]:
    return tuple(code for code in areas.codes() if code in codes)


@st.composite
def policies(draw, name):
    origins, destinations = (in_order(draw(CODES)) for _ in range(2))
    if len(origins) == 1 and origins == destinations:
        destinations = in_order(["KAZ", "KOR"])
    start = draw(st.integers(2026, LAST_YEAR))
    status = draw(st.sampled_from("FCRJ"))
    return Policy(
        name=name,
        origins=origins,
        destinations=destinations,
        effect=draw(st.floats(-3.0, 3.0)),
        start=start,
        phase_in=draw(st.integers(0, 50)),
        end=draw(st.none() | st.integers(start, LAST_YEAR)),
        source=draw(TEXTS if status == "J" else NAMES),
        status=status,
    )


@st.composite
def levers(draw, sort, name):
    start = draw(st.integers(2026, LAST_YEAR))
    said = {
        "name": name,
        "description": draw(TEXTS),
        "origins": in_order(draw(CODES)),
        "destinations": in_order([*draw(CODES), "KAZ", "KOR"]),
        "start": start,
        "end": draw(st.none() | st.integers(start, LAST_YEAR)),
        "ramp": draw(st.none() | st.integers(0, 50)),
        "source": draw(NAMES),
        "status": draw(st.sampled_from("FCRJ")),
    }
    share = st.floats(0.0, 0.95)
    own: dict[type[Lever], dict[str, st.SearchStrategy[Any]]] = {
        Pathway: {
            "kind": st.sampled_from(KINDS),
            "capacity": st.floats(0.0, 100.0),
            "unit": st.sampled_from(["persons", "times", "added"]),
            "share": st.none() | st.just(0.1),
            "irregular_today": st.none() | share,
        },
        Visa: {"requirement": st.sampled_from(["introduced", "removed"]), "refusals": st.floats(0.1, 5.0)},
        Enforcement: {"stopped": share},
        Regularisation: {"share": share},
        ReturnProgramme: {"effect": st.floats(-3.0, 3.0)},
    }
    return sort(**said, **{key: draw(value) for key, value in own[sort].items()})


@st.composite
def fixed(draw):
    chosen = {}
    for name, parameter in parameters_of(CHANNELS).items():
        low, high = bounds(parameter.prior)
        value = st.floats(max(low, -1e300), min(high, 1e300))
        if draw(st.booleans()):
            chosen[name] = draw(value)
    return chosen


@st.composite
def all_settings(draw):
    """Settings that a scenario can have."""
    own = draw(st.none() | st.dictionaries(st.integers(2026, 2100), KELVINS, min_size=1, max_size=4))
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    sorts = sorted(draw(st.lists(st.sampled_from(SORTS), max_size=2, unique=True)), key=SORTS.index)
    held = Settings(
        pathway=draw(st.sampled_from(["SSP1-1.9", "SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5"])),
        percentile=draw(st.none() | st.floats(0.0, 100.0)),
        income=draw(st.sampled_from(["SSP1", "SSP2", "SSP3", "SSP4", "SSP5"])),
        damages=draw(st.sampled_from(["kalkuhl-wenz", "burke-hsiang-miguel", "kahn", "none"])),
        off=draw(st.frozensets(st.sampled_from(list(CHANNELS)))),
        fixed=draw(fixed()),
        policies=tuple(draw(policies(name)) for name in names),
        levers=tuple(draw(levers(sort, draw(NAMES))) for sort in sorts),
        demand=draw(st.sampled_from(["corridor", "bds"])),
    )
    path = None if own is None else {2025: draw(KELVINS), **dict(sorted(own.items()))}
    return held if path is None else replace(held, own_warming=path, pathway=Settings().pathway, percentile=None)


def scenario_of(held: Settings, title: str, description: str) -> EffectiveScenario:
    sections = settings_table(held, CHANNELS)
    names = [f"{section}.{key}" for section in sections if section not in LEVERS for key in sections[section]]
    listed = [f"{section}.{entry['name']}" for section in LEVERS for entry in sections.get(section, ())]
    named = dict.fromkeys([*names, *listed], "file")
    return EffectiveScenario(title, description, (), held, named, tuple(CHANNELS))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("scenarios") / "any.toml"


@settings(max_examples=150, deadline=None)
@given(all_settings(), NAMES, TEXTS)
def test_settings_survive_being_written_and_read(path, held, title, description):
    scenario = scenario_of(held, title, description)
    path.write_text(scenario.to_toml(), encoding="utf-8", newline="")
    found = load_scenario(str(path), channels=CHANNELS)
    assert found.settings == held
    assert (found.title, found.description) == (title, description)
    assert found.digest == scenario.digest
    assert found.to_toml() == scenario.to_toml()
    assert differences(found, scenario) == []
    assert json.loads(json.dumps(found.effective)) == found.effective


@settings(max_examples=60, deadline=None)
@given(all_settings(), all_settings())
def test_an_override_holds_where_the_file_says_nothing(path, low, high):
    """A file that sets everything hides its override, but for the lists and parameters, which it cannot take back."""
    low, high = (replace(each, policies=(), levers=(), fixed={}) for each in (low, high))
    if low.percentile is not None and high.percentile is None:
        high = replace(high, percentile=low.percentile if high.own_warming is None else None)
    base = path.with_name("base.toml")
    base.write_text(scenario_of(low, "Low", "").to_toml(), encoding="utf-8")
    path.write_text('overrides = ["base.toml"]\n' + scenario_of(high, "High", "").to_toml(), encoding="utf-8")
    assert load_scenario(str(path), channels=CHANNELS).settings == high
    path.write_text('title = "Nothing"\noverrides = ["base.toml"]\n', encoding="utf-8")
    assert load_scenario(str(path), channels=CHANNELS).settings == low


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.dictionaries(TEXTS, st.dictionaries(TEXTS, VALUES), max_size=3))
def test_every_field_of_any_file_has_its_line(top, tables):
    tables = {key: table for key, table in tables.items() if key not in top}
    lines = [f"{toml_key(key)} = {toml_value(value)}" for key, value in top.items()]
    expected = {(key,): number for number, key in enumerate(top, start=1)}
    for key, table in tables.items():
        lines += ["", f"[{toml_key(key)}] # = {{"]
        expected[key,] = len(lines)
        expected |= {(key, name): len(lines) + number for number, name in enumerate(table, start=1)}
        lines += [f" {toml_key(name)} = {toml_value(value)}" for name, value in table.items()]
    text = "\n".join(lines)
    found = field_lines(text)
    assert set(found) == set(paths_of(tomllib.loads(text)))
    assert found.items() >= expected.items()


EXAMPLE = example_text(CHANNELS).replace("\n# ", "\n")
PIECES = st.one_of(
    st.sampled_from(["[", "]", "[[policy]]", "{", "}", '"', "'", '"""', "=", ",", ".", "#", "\n", "\\", "nan", "true"]),
    st.sampled_from(["[climate]", "title", "overrides = ['any.toml']", "2025", "-1", "1e999", "[parameters.ageing]"]),
    TEXTS,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 30), PIECES), min_size=1, max_size=4))
def test_any_change_of_a_file_is_right_or_ends_in_a_report(path, changes):
    text = EXAMPLE
    for start, length, piece in changes:
        text = text[:start] + piece + text[start + length :]
    path.write_text(text, encoding="utf-8", newline="")
    check(path)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_report(path, data):
    path.write_bytes(data)
    check(path)


FIELDS = ["title", "description", "overrides", "climate", "income", "channels", "parameters", "policy", "demand"]
INNER = ["pathway", "percentile", "warming", "damages", "all", "ageing", "ageing.elasticity", "name", "origins",
         "destinations", "effect", "start", "phase_in", "end", "source", "status", "model", "2025"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.one_of(
            VALUES,
            st.dictionaries(st.sampled_from(INNER), VALUES, max_size=4),
            st.lists(st.dictionaries(st.sampled_from(INNER), VALUES, max_size=8), max_size=2),
        ),
    )
)
def test_any_values_of_known_fields_are_right_or_end_in_a_report(path, raw):
    path.write_text(
        "".join(f"{key} = {toml_value(value)}\n" for key, value in raw.items()), encoding="utf-8", newline=""
    )
    check(path)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(TEXTS, st.tuples(st.sampled_from(INNER + FIELDS), TEXTS).map("climate.{0[0]}={0[1]}".format)))
)
def test_any_options_are_right_or_end_in_a_report(options):
    for problem in problems_of("ssp3-7.0", options):
        assert str(problem.column).startswith("--set")


def problems_of(word, options=()):
    """What a report holds, nothing where all is right; anything but a report fails."""
    try:
        assert load_scenario(word, options, CHANNELS).digest
    except InputError as error:
        return error.problems
    return ()


def check(path):
    """Read a file; what is wrong has a rule, a remedy, and a line of it."""
    lines = path.read_bytes().count(b"\n") + 1
    for problem in problems_of(str(path)):
        assert problem.fault
        assert problem.remedy
        assert problem.file == str(path)
        assert problem.row is not None
        assert 1 <= problem.row <= lines
        assert len(str(problem).splitlines()) == 1
