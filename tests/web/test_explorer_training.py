"""The training room: exercises by mouse and by keyboard, the way to other pages and back, the handout on paper."""

from __future__ import annotations

import re

from playwright.sync_api import expect

ROOM = "#page=training&exercise=open-doors"


def test_an_exercise_by_mouse(explorer_page):
    page = explorer_page("#page=training")
    page.get_by_role("button", name="Open the exercise: Smuggling and open doors").click()
    page.get_by_role("button", name="Begin with step 1").click()
    expect(page.get_by_role("heading", name="What do we know?")).to_be_focused()
    lever = page.get_by_role("button", name="Close the doors", exact=True)
    lever.click()
    expect(lever).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".told")).to_contain_text("Close the doors is chosen")
    row = page.locator(".run .figures tr", has_text="Irregular moves").first
    assert re.search(r"\+[\d,]+ \(\+\d+", row.inner_text().replace("\u00a0", " "))
    page.get_by_role("button", name="Show the answer").click()
    answer = page.get_by_role("region", name="Answer")
    expect(answer).to_contain_text(re.compile(r"million to [\d.]+.(m|b)illion US dollars"))
    assert "{" not in answer.inner_text()
    page.get_by_role("button", name="Next step").click()
    expect(page.get_by_role("heading", name="Close the doors")).to_be_focused()
    expect(page.get_by_role("region", name="Answer")).to_have_count(0)
    page.get_by_role("button", name="Begin the exercise anew").click()
    expect(page.get_by_role("button", name="Begin with step 1")).to_be_visible()


def test_a_lever_and_the_clock_by_keyboard(explorer_page):
    page = explorer_page(f"{ROOM}&step=4")
    page.get_by_role("button", name="Widen the doors", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("lever=wider"))
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("timer")).to_contain_text("00:01 of 90 minutes", timeout=5000)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Start")).to_be_focused()


def test_a_place_to_look_at_and_the_way_back(explorer_page):
    page = explorer_page(f"{ROOM}&step=5&lever=closed")
    page.get_by_role("link", name="Afghanistan to Iran").click()
    expect(page).to_have_url(re.compile("page=corridor.*from=AFG&to=IRN"))
    bar = page.get_by_role("complementary", name="Exercise")
    bar.get_by_role("button", name="step 5 of 5").click()
    expect(page.get_by_role("button", name="Close the doors", exact=True)).to_have_attribute("aria-pressed", "true")


def test_the_handout_is_what_a_printer_gets(explorer_page):
    page = explorer_page(f"{ROOM}&step=2")
    handout = page.locator(".handout")
    expect(handout).to_be_hidden()
    page.emulate_media(media="print")
    expect(handout).to_be_visible()
    expect(page.locator(".run")).to_be_hidden()
    assert handout.locator(".lines").count() == 10
    assert "Answers to expect" not in handout.inner_text()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Facilitator's notes").click()
    page.get_by_role("button", name="Handout").click()
    expect(handout).to_contain_text("Answers to expect")


def test_years_after_the_last_give_way_to_it(explorer_page):
    page = explorer_page("#page=training&exercise=bay-of-bengal&step=1")
    expect(page.get_by_role("note").first).to_contain_text("end in 2040")
