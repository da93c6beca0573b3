"""The scenario room: files to save in the single file; levers, previews and the address with the program behind it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from corridor.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

LONG = 120_000
"""Milliseconds until a world is computed on a busy machine."""


def test_the_single_file_lists_scenarios_and_saves_them(explorer_page, tmp_path):
    page = explorer_page("#page=scenario")
    assert "corridor serve" in page.locator("main").inner_text()
    card = page.locator(".scenarios li", has_text="Closed doors within CICA")
    assert "Corridor that changes most" in card.inner_text()
    with page.expect_download() as saved:
        card.get_by_role("button", name="Save the scenario file").press("Enter")
    saved.value.save_as(tmp_path / "saved.toml")
    assert saved.value.suggested_filename == "closed-doors.toml"
    assert load_scenario(str(tmp_path / "saved.toml")).digest == load_scenario("closed-doors").digest


def test_the_single_file_shows_a_scenario_on_the_map(explorer_page):
    page = explorer_page("#page=scenario")
    page.locator(".scenarios li").nth(1).get_by_role("button", name="Show on the map").click()
    page.wait_for_function("location.hash.includes('scenario=')")
    assert "page=scenario" not in page.url


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the program on a small world and return its address."""
    folder = tmp_path_factory.mktemp("served")
    command = [
        sys.executable,
        "-m",
        "corridor",
        "serve",
        "--no-browser",
        "--to",
        "2030",
        "--store",
        str(folder / "runs"),
    ]
    cache = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=cache) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.terminate()


@pytest.fixture
def room(browser: Browser, served: str) -> Iterator[Page]:
    """Open the scenario room; whatever is asked for from elsewhere fails."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    outside: list[str] = []
    own = served.partition("?")[0]
    page.on(
        "request", lambda asked: None if asked.url.startswith((own, "blob:", "data:")) else outside.append(asked.url)
    )
    page.goto(f"{served}#page=scenario&base=russian-patent-replaced")
    page.locator(".state.ready").wait_for(timeout=LONG)
    yield page
    context.close()
    assert not outside


def test_the_token_leaves_the_address(room):
    assert "token" not in room.url


def test_a_lever_changes_the_preview_the_address_and_the_file(room, tmp_path):
    result = room.locator(".result")
    before = result.inner_text()
    capacity = room.get_by_role("spinbutton", name="Capacity").first
    capacity.fill("1.2")
    room.wait_for_function("before => document.querySelector('.result').innerText !== before", arg=before, timeout=LONG)
    room.wait_for_function("location.hash.includes('draft=')")
    with room.expect_download() as saved:
        room.get_by_role("button", name="Save the scenario file").click()
    saved.value.save_as(tmp_path / "saved.toml")
    assert "capacity = 1.2\n" in (tmp_path / "saved.toml").read_text()
    assert load_scenario(str(tmp_path / "saved.toml")).settings.levers
    room.reload()
    room.locator(".state.ready").wait_for(timeout=LONG)
    assert room.get_by_role("spinbutton", name="Capacity").first.input_value() == "1.2"


def test_a_value_out_of_range_is_said_at_its_field(room):
    capacity = room.get_by_role("spinbutton", name="Capacity").first
    capacity.fill("-1")
    assert "from 0 to" in room.locator(".lever .wrong").first.inner_text()
    room.locator(".problems").wait_for(timeout=LONG)
    capacity.fill("50")
    room.locator(".doubt").first.wait_for(timeout=LONG)
    assert "hardly plausible" in room.locator(".doubt").first.inner_text()


def test_a_lever_is_added_and_removed_by_keyboard(room):
    levers = room.locator(".lever")
    count = levers.count()
    room.get_by_role("combobox", name="Add a lever").select_option("enforcement")
    room.get_by_role("button", name="Add", exact=True).press("Enter")
    assert levers.count() == count + 1
    stopped = room.get_by_role("slider", name=re.compile("stopped"))
    stopped.focus()
    stopped.press("ArrowRight")
    assert float(stopped.input_value()) == pytest.approx(0.11)
    room.locator(".lever", has_text="Control of borders").get_by_role("button", name="Remove", exact=True).press(
        "Enter"
    )
    assert levers.count() == count
