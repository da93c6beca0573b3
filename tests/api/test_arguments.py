"""Wrong arguments of the public functions: each is an InputError that says what is wrong, and what to do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

STOCK = pd.DataFrame([[90.0, 10.0], [5.0, 95.0]], index=["A", "B"], columns=["A", "B"])
CHANGE = np.array([[-3.0, 3.0], [1.0, -1.0]])


@pytest.fixture(scope="module")
def world():
    return corridor.World.load(to=2026)


@pytest.fixture(scope="module")
def run(world):
    return world.run()


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


FUNCTIONS: dict[str, Callable[[], Callable[..., object]]] = {
    "World.load": lambda: corridor.World.load,
    "Scenario": lambda: corridor.Scenario,
    "run": lambda: corridor.run,
    "outlook": lambda: corridor.outlook,
    "explain": lambda: corridor.explain,
    "ledger": lambda: corridor.ledger,
    "population": lambda: corridor.population,
    "sensitivity": lambda: corridor.sensitivity,
    "plan_pathways": lambda: corridor.plan_pathways,
    "past_flows": lambda: corridor.past_flows,
    "flows_from_stocks": lambda: corridor.flows_from_stocks,
    "project_regions": lambda: corridor.project_regions,
}
WRONG = [
    ("World.load", (), {"to": 1999}, "to="),
    ("World.load", (), {"to": "2050"}, "to="),
    ("World.load", (), {"to": 2050.5}, "to="),
    ("World.load", (), {"to": True}, "to="),
    ("World.load", (), {"anchor": "blendd"}, "anchor="),
    ("World.load", (), {"anchor": 3}, "anchor="),
    ("World.load", (), {"base": "2005"}, "base="),
    ("World.load", (), {"base": None}, "base="),
    ("Scenario", ("closed-door",), {}, "closed-door"),
    ("Scenario", (7,), {}, "scenario="),
    ("Scenario", ("baseline",), {"settings": {"climate.percentil": 90}}, "settings="),
    ("Scenario", ("baseline",), {"settings": {"climate.percentile": "high"}}, "settings="),
    ("Scenario", ("baseline",), {"settings": 5}, "settings="),
    ("Scenario", ("baseline",), {"settings": {3: 4}}, "settings="),
    ("run", ("nothing",), {"to": 2026}, "nothing"),
    ("run", (), {"to": 2026, "draws": 3}, "draws="),
    ("run", (), {"to": 2026, "draws": -1}, "draws="),
    ("run", (), {"to": 2026, "draws": "many"}, "draws="),
    ("run", (), {"to": 2026, "seed": -1}, "seed="),
    ("run", (), {"to": 2026, "seed": None}, "seed="),
    ("run", (), {"to": 2026, "corridors": "UZB"}, "corridors="),
    ("run", (), {"to": 2026, "corridors": [("UZB",)]}, "corridors="),
    ("run", (), {"to": 2026, "corridors": [("UZB", "UZB")]}, "corridors="),
    ("run", (), {"to": 2026, "corridors": [("UZB", "Kazakhstan")]}, "corridors="),
    ("run", (), {"to": 2026, "corridors": [("UZB", 5)]}, "corridors="),
    ("run", (), {"to": 2026, "store": 5, "draws": 8}, "store="),
    ("outlook", ("Atlantis",), {}, "Atlantis"),
    ("outlook", (5,), {}, "group="),
    ("outlook", ([],), {}, "group="),
    ("outlook", (), {"to": 2101}, "to="),
    ("outlook", (), {"base": "x"}, "base="),
    ("explain", ("Atlantis",), {}, "Atlantis"),
    ("explain", (["UZB", "UZB"],), {}, "corridor"),
    ("explain", (["UZB", "KAZ", "RUS"],), {}, "target"),
    ("explain", (None,), {}, "target="),
    ("explain", ("KAZ",), {"draws": 4}, "draws="),
    ("explain", ("KAZ",), {"against": 9}, "scenario="),
    ("explain", ("KAZ",), {"scenario": Path("nowhere.toml")}, "nowhere.toml"),
    ("ledger", ("UZB", "UZB"), {}, "both sides"),
    ("ledger", ("UZB", 4), {}, "other="),
    ("ledger", ("UZB", "Atlantis"), {}, "Atlantis"),
    ("ledger", ("UZB", "KOR"), {"to": 0}, "to="),
    ("population", ("Atlantis",), {}, "Atlantis"),
    ("population", (["KAZ", "UZB"],), {}, "area="),
    ("population", ("KAZ",), {"trajectories": 5}, "trajectories="),
    ("population", ("KAZ",), {"mode": "nett"}, "mode="),
    ("population", ("KAZ",), {"mode": "net", "scenario": "baseline"}, "mode="),
    ("population", ("KAZ",), {"to": 2025}, "to="),
    ("sensitivity", ("KAZ",), {"samples": 65}, "samples="),
    ("sensitivity", ("KAZ",), {"seed": 2.5}, "seed="),
    ("sensitivity", ("KAZ",), {"settings": ["nonsense"]}, "nonsense"),
    ("plan_pathways", ("Kazakhstan",), {}, "fewer than two"),
    ("plan_pathways", (), {"aim": "most"}, "aim="),
    ("plan_pathways", (), {"caps": {"Atlantis": 5}}, "caps="),
    ("plan_pathways", (), {"caps": 5}, "caps="),
    ("plan_pathways", (), {"budget": 5.0}, "budget="),
    ("plan_pathways", (), {"cautious": 2.0}, "cautious="),
    ("plan_pathways", (), {"start": 2040, "to": 2030}, "start="),
    ("plan_pathways", (), {"total": "lots"}, "total="),
    ("past_flows", ("movess",), {}, "product="),
    ("past_flows", (5,), {}, "product="),
    ("past_flows", (), {"period": 1900}, "period="),
    ("past_flows", (), {"period": None}, "period="),
    ("past_flows", (), {"orig": "Atlantis"}, "Atlantis"),
    ("past_flows", (), {"dest": 5}, "dest="),
    ("past_flows", (), {"by": "religion"}, "by="),
    ("past_flows", (), {"birthplace": "Atlantis"}, "Atlantis"),
    ("flows_from_stocks", (STOCK, 5), {}, "end="),
    ("flows_from_stocks", (STOCK, STOCK.iloc[:1]), {}, "end="),
    ("flows_from_stocks", (STOCK.to_numpy(), STOCK.to_numpy()), {}, "names"),
    ("flows_from_stocks", (STOCK, STOCK), {"method": "best"}, "method="),
    ("flows_from_stocks", (STOCK, STOCK), {"weight": "half"}, "weight="),
    ("flows_from_stocks", (STOCK, STOCK), {"allow_unconverged": 1}, "allow_unconverged="),
    ("flows_from_stocks", (STOCK, STOCK), {"births": "many"}, "births="),
    ("project_regions", ("nowhere",), {}, "folder="),
    ("project_regions", (7,), {}, "folder="),
]


@pytest.mark.parametrize(("name", "given", "named", "place"), WRONG)
@pytest.mark.usefixtures("elsewhere")
def test_a_wrong_argument_is_refused_with_a_remedy(name, given, named, place):
    with pytest.raises(InputError) as refused:
        FUNCTIONS[name]()(*given, **named)
    assert all(problem.fault and problem.remedy for problem in refused.value.problems)
    assert place in str(refused.value)
    assert " --" not in str(refused.value)
    assert list(Path().iterdir()) == []


def test_all_that_is_wrong_is_said_at_once(world):
    with pytest.raises(InputError) as refused:
        world.run("nothing", draws=3, seed="x", corridors=[("UZB", "UZB")], settings=4)
    assert len(refused.value.problems) == 5
    with pytest.raises(InputError) as refused:
        corridor.run("nothing", to=1999, anchor="blendd", draws=3)
    assert len(refused.value.problems) == 4


@pytest.mark.parametrize(
    "ask",
    [
        lambda run: run.flows.at(orig="UZX"),
        lambda run: run.flows.at(year=1900, origin="UZB"),
        lambda run: run.flows.sum("origin"),
        lambda run: float(run.flows),
        lambda run: run.drawn("births"),
        lambda run: run.interval("birth"),
        lambda run: run.drawn_flows(),
        lambda run: run.compare(5),
        lambda run: run.compare(corridor.run(to=2027)),
        lambda run: run.explain("Atlantis"),
        lambda run: run.report(5),
        lambda run: run.explain("KAZ").to_frame("nothing"),
        lambda run: run.explain("KAZ").report(""),
    ],
)
def test_a_wrong_question_to_a_run_is_refused_with_a_remedy(run, ask):
    with pytest.raises(InputError) as refused:
        ask(run)
    assert all(problem.fault and problem.remedy for problem in refused.value.problems)


def test_stocks_are_taken_long_wide_and_as_arrays():
    long = [
        pd.DataFrame(
            [(born, living, float(table.loc[born, living])) for born in table.index for living in table.columns],
            columns=["birthplace", "residence", "persons"],
        )
        for table in (STOCK, STOCK + CHANGE)
    ]
    wide = (STOCK, STOCK + CHANGE)
    arrays = [np.asarray(table) for table in wide]
    births, deaths = {"A": 2.0, "B": 1.0}, pd.Series({"A": 4.0, "B": 1.0})
    expected = corridor.flows_from_stocks(
        *long,
        births=pd.DataFrame({"area": list(births), "persons": list(births.values())}),
        deaths=pd.DataFrame({"area": ["A", "B"], "persons": deaths.to_numpy()}),
        system="open",
    )
    for found in (
        corridor.flows_from_stocks(*wide, births=births, deaths=deaths, system="open"),
        corridor.flows_from_stocks(
            *arrays, names=["A", "B"], births=[2.0, 1.0], deaths=np.array([4.0, 1.0]), system="open"
        ),
        corridor.flows_from_stocks(wide[0], wide[1].iloc[::-1], births=births, deaths=deaths, system="open"),
    ):
        pd.testing.assert_frame_equal(found.matrix, expected.matrix)
    assert expected.matrix.to_numpy().sum() > 0


USER_SCRIPT = """
import corridor

world = corridor.World.load(to=2026)
run: corridor.Run = world.run(corridor.Scenario("baseline", {"climate.percentile": 90}))
moves: float = float(run.flows.at(orig="UZB", dest="KAZ", year=2026))
table = run.compare(world.run("no-climate")).query("area == 'KAZ'")
answer: corridor.Answer = corridor.explain(["UZB", "KAZ"], to=2026, draws=0)
rows: int = len(answer.to_frame())
past = corridor.past_flows("moves", period=2020, orig="CICA")
try:
    corridor.World.load(to=1999)
except corridor.InputError as error:
    print(error.problems[0].remedy)
"""


def test_a_script_of_a_user_passes_the_strict_type_check(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(USER_SCRIPT)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "wrong.py"
    wrong.write_text(USER_SCRIPT.replace("to=2026)\nrun", 'to="2026")\nrun'))
    done = subprocess.run([*command[:-1], str(wrong)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "incompatible type" in done.stdout


def test_public_names_are_shown_and_few():
    declared = set(re.findall(r"import \w+ as (\w+)", Path(corridor.__file__).read_text()))
    assert declared == set(corridor.__all__) - {"__version__"}
    assert dir(corridor) == sorted(corridor.__all__)
    assert len(corridor.__all__) <= 30


def long_stock(*persons: object) -> pd.DataFrame:
    pairs = [(born, lives) for born in ("T\u00fc", "S") for lives in ("T\u00fc", "S")]
    return pd.DataFrame([(*pair, cell) for pair, cell in zip(pairs, persons, strict=True)]).set_axis(
        ["birthplace", "residence", "persons"], axis=1
    )


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("900.000", "40.000", "30.000", "700.000"), "the point may separate decimals or thousands"),
        ((True, False, True, True), "true or false"),
        ((pd.Timestamp("2025-01-01"), 1, 1, 1), "a date"),
        (("1e999", "1", "1", "1"), "too large"),
        (("#N/A", "1", "1", "1"), "error #N/A of a spreadsheet"),
    ],
)
def test_frames_are_read_like_files(cells, said):
    with pytest.raises(InputError, match=said):
        corridor.flows_from_stocks(long_stock(*cells), long_stock(1, 1, 1, 1), method="difference-drop")


def test_texts_and_names_of_frames_are_read_and_noted():
    start = long_stock("900,5", "40", "30", "700").replace("T\u00fc", "Tu\u0308")
    found = corridor.flows_from_stocks(start, long_stock(900.5, 45, 30, 700), method="difference-drop")
    assert found.flows["persons"].tolist() == [5.0]
    assert any("decimal commas" in note for note in found.notes)
    with pytest.raises(InputError, match="neither a table nor an array of numbers"):
        corridor.flows_from_stocks([["9.000", "4"], ["3", "7"]], [[9, 4], [3, 7]], names=["A", "B"])
