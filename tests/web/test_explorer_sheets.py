"""Walks through the explorer's sheets of a corridor, an area and a group, by mouse and by keyboard."""

from __future__ import annotations

CORRIDOR = "#page=corridor&from=TJK&to=RUS&year=2040"


def card(page, title):
    return page.locator(".sheet-card").filter(has=page.locator("dt", has_text=title)).first


def chooser(page, label):
    return page.locator(".sheet-controls label", has_text=label).locator("select").last


def test_irregular_moves_of_a_corridor_under_a_scenario_are_near_the_top(explorer_page):
    page = explorer_page("#page=corridor&year=2040")
    page.get_by_label("Origin").fill("Tajikistan")
    page.get_by_label("Origin").press("Tab")
    page.get_by_label("Destination").fill("RUS")
    page.get_by_label("Destination").press("Tab")
    chooser(page, "Scenario").select_option("closed-doors")
    found = card(page, "Irregular")
    assert "baseline" in found.inner_text()
    assert "in 2040" in found.inner_text()
    assert found.bounding_box()["y"] < 700
    assert "has a lever in this corridor" in page.locator("main").inner_text()
    assert "from=TJK" in page.url
    assert "to=RUS" in page.url


def test_shares_without_a_lever_are_said_to_be_our_judgement(explorer_page):
    said = explorer_page(CORRIDOR).locator("main").inner_text()
    assert "no lever in this corridor. The shares are our priors (J, our judgement)" in said


def test_past_years_are_not_divided_into_legal_and_irregular(explorer_page):
    page = explorer_page("#page=corridor&from=TJK&to=RUS&year=2010")
    said = page.locator("main").inner_text()
    assert "Past moves are not divided into legal and irregular ones" in said
    assert "The 80\u00a0% range of the estimate is" in said


def test_swap_by_keyboard_turns_the_corridor_round(explorer_page):
    page = explorer_page(CORRIDOR)
    page.get_by_role("button", name="Swap").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Russian Federation to Tajikistan").wait_for()
    assert "from=RUS" in page.url
    assert "Now shown: Russian Federation to Tajikistan" in page.locator(".told").inner_text()


def test_the_ledger_has_the_same_rows_for_both_sides(explorer_page):
    page = explorer_page(CORRIDOR + "&scenario=closed-doors")
    ledger = page.locator("#corridor-ledger .sheet-ledger")
    cells = [row.locator("td strong").all_inner_texts() for row in ledger.locator("tbody tr").all()]
    come, leave = cells[1], cells[2]
    assert come == leave[::-1]
    assert all(len(row) in {0, 2} for row in cells)
    headings = ledger.locator(".sheet-section").all_inner_texts()
    assert headings[0] == "Moves between the two"
    assert len(headings) == 5


def test_a_click_into_a_figure_and_the_slider_choose_the_year(explorer_page):
    page = explorer_page(CORRIDOR)
    catch = page.locator("#corridor-moves .sheet-catch").bounding_box()
    page.mouse.click(catch["x"] + 1, catch["y"] + 20)
    page.get_by_text("In 1990,").wait_for()
    page.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("In 1991,").wait_for()


def test_a_second_scenario_is_another_line_and_its_difference_can_be_shown(explorer_page):
    page = explorer_page(CORRIDOR + "&beside=closed-doors")
    assert page.locator("#corridor-moves .sheet-line-second circle").count() == 1
    chooser(page, "Show").select_option("percent")
    assert "per cent of" in page.locator("#corridor-moves .sheet-unit").inner_html()


def test_a_corridor_that_is_not_kept_says_so(explorer_page):
    page = explorer_page("#page=corridor&from=NIU&to=AND")
    assert "does not keep the corridor" in page.locator("main").inner_text()


def test_partners_lead_to_the_sheet_of_the_corridor_by_keyboard(explorer_page):
    page = explorer_page("#page=area&areas=RUS&year=2030")
    first = page.locator(".sheet-pair a").first
    words = first.inner_text()
    first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=words).wait_for()
    page.go_back()
    page.get_by_role("heading", level=1, name="Russian Federation").wait_for()


def test_headline_figures_of_an_area_have_ranges_and_the_base_year(explorer_page):
    page = explorer_page("#page=area&areas=KAZ&year=2040")
    found = card(page, "Net migration").inner_text()
    assert "persons a year, 2040" in found
    assert "80\u00a0% range" in found
    assert "2025:" in found


def test_a_group_counts_moves_over_its_edge_and_lists_its_members(explorer_page):
    page = explorer_page("#page=area&areas=CICA&year=2040")
    said = page.locator("main").inner_text()
    assert "Moves of a group count when they cross its edge" in said
    assert "Groups have no ranges" in said
    page.locator(".sheet-members a", has_text="Kazakhstan").click()
    page.get_by_role("heading", level=1, name="Kazakhstan").wait_for()
    assert "areas=KAZ" in page.url


def test_figures_stand_in_tables_too(explorer_page):
    page = explorer_page(CORRIDOR)
    figure = page.locator("#corridor-causes")
    figure.get_by_role("button", name="Table").click()
    rows = figure.locator("tbody tr").all_inner_texts()
    values = [float(row.split("\t")[1].replace(",", "").replace("\N{MINUS SIGN}", "-")) for row in rows]
    assert abs(sum(values[:-1]) - values[-1]) < 0.01 * values[-1]
