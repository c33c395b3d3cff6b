"""The dashboard, driven in a real browser."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from latprobe.cli.dashboard import dashboard
from tests.history import START, commit_of, made, write_all
from tests.integration.browsing import CHROMIUM, HOSTILE, hovered, launched, opened
from tests.made_soaks import MadeSoak, started_now

QUIET = [100 + 0.3 * (place * 7 % 11) for place in range(60)]
STEPPED = QUIET + [it * 1.08 for it in QUIET[:5]]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one scenario that stepped and is red, and of one with a hostile name."""
    folder = tmp_path_factory.mktemp("dashboard")
    # Hours, of which the last is now: the first screen is of this week.
    begun = int((datetime.now(UTC) - START) / timedelta(hours=1)) - len(STEPPED)
    stepped = [
        made(begun + place, mean_ns, commit=commit_of(place), verdict="pass")
        for place, mean_ns in enumerate(STEPPED[:-1])
    ]
    stepped.append(made(begun + 64, STEPPED[-1], commit=commit_of(64), verdict="fail"))
    hostile = made(begun, branch=HOSTILE, commit=HOSTILE, host=HOSTILE, verdict="fail")
    verdicts = tuple(replace(it, budget=HOSTILE) for it in hostile.verdicts)
    unknown = replace(made(begun, branch=None), id="unknown")
    hostile = replace(hostile, id="hostile", verdicts=verdicts)
    write_all(folder / "runs", *stepped, hostile, unknown)
    database = str(folder / "history.sqlite")
    options = ["--database", database, "--results", str(folder / "runs")]
    built = CliRunner().invoke(dashboard, ["build", str(folder / "site"), *options])
    assert built.output == f"{folder / 'site' / 'index.html'}\n"
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """The first screen."""
    with opened(browser, folder / "site" / "index.html") as page:
        yield page


def test_the_first_screen_says_what_is_red(page: Page) -> None:
    red = page.locator("table").first
    assert "total: mean < 1us was 110 ns" in red.inner_text()
    assert HOSTILE in red.inner_text()


def test_a_filter_is_kept_in_the_url(page: Page) -> None:
    page.select_option("select[name=branch]", "main")

    assert "branch=main" in page.url
    assert HOSTILE not in page.locator("table").first.inner_text()
    page.reload()
    assert page.input_value("select[name=branch]") == "main"


def test_a_branch_that_is_not_known_can_be_asked_for(page: Page) -> None:
    page.select_option("select[name=branch]", label="unknown")

    assert "branch=" in page.url
    scenarios = page.locator("table").last
    expect(scenarios.locator("tbody tr")).to_have_count(1)
    expect(scenarios).to_contain_text("unknown")
    page.reload()
    expect(scenarios.locator("tbody tr")).to_have_count(1)
    page.select_option("select[name=branch]", label="all")
    expect(scenarios.locator("tbody tr")).to_have_count(3)


def test_runs_of_several_branches_are_no_one_series(page: Page) -> None:
    page.select_option("select[name=scenario]", "itch50")

    links = page.locator("table").last.get_by_role("link", name="itch50")
    expect(links).to_have_count(3)
    links.last.click()
    expect(page.locator("#page")).to_contain_text("branch main")


def test_a_series_shows_its_change_and_the_commits_on_hover(page: Page) -> None:
    page.get_by_role("link", name="itch50").nth(1).click()
    page.select_option("select[name=branch]", "main")
    page.select_option("select[name=figure]", "mean")
    page.wait_for_selector("#series[data-ready]")

    assert f"{commit_of(59)[:12]}..{commit_of(60)[:12]}" in page.locator("#page").inner_text()
    points = page.locator("#series .points path")
    assert points.count() == len(STEPPED)
    assert commit_of(30)[:12] in hovered(page, "#series", points.nth(30))


def test_a_run_is_found_and_chosen_with_the_keyboard_alone(page: Page) -> None:
    page.select_option("select[name=branch]", "main")
    page.select_option("select[name=scenario]", "itch50")
    page.wait_for_selector("#series[data-ready]")
    page.locator("#series").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    expect(page.locator("#series .hovertext")).to_contain_text(commit_of(63)[:12])
    page.keyboard.press("Enter")
    expect(page.locator("#percentiles .legendtext")).to_have_count(3)


def test_every_stage_stands_before_and_after(page: Page) -> None:
    page.select_option("select[name=branch]", "main")
    page.select_option("select[name=scenario]", "itch50")

    stages = page.locator("h2:has-text('Every stage') + div")
    expect(stages.get_by_role("row")).to_contain_text(["stage", "parse", "total"])
    expect(stages.get_by_role("row").nth(1)).to_contain_text("100 ns")
    page.select_option("select[name=stage]", "the machine")
    expect(page.locator("select[name=figure] option")).to_contain_text(["clock step"])


def test_runs_that_are_chosen_lie_over_each_other(page: Page) -> None:
    page.select_option("select[name=branch]", "main")
    page.select_option("select[name=scenario]", "itch50")
    page.wait_for_selector("#percentiles[data-ready]")
    page.select_option("select[name=before]", index=3)
    page.wait_for_selector("#percentiles[data-ready]")

    ticks = page.locator("#percentiles .xtick")
    expect(ticks).to_contain_text(["p50", "p90", "p99", "p99.9", "p99.99"])
    legend = page.locator("#percentiles .legendtext")
    expect(legend).to_contain_text([commit_of(3)[:12], commit_of(64)[:12]])


def test_a_hostile_name_is_drawn_as_a_name(page: Page) -> None:
    page.select_option("select[name=branch]", HOSTILE)
    page.select_option("select[name=scenario]", "itch50")
    page.wait_for_selector("#series[data-ready]")

    assert f"branch {HOSTILE}" in page.locator("#page").inner_text()
    assert HOSTILE[:12] in hovered(page, "#series", page.locator("#series .points path").first)


def test_it_is_used_without_a_mouse_and_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "scenario"
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.select_option("select[name=scenario]", "itch50")
    page.locator("#page").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Red today")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_served_page_follows_new_runs(browser: Browser, folder: Path) -> None:
    command = [str(Path(sys.executable).with_name("latprobe")), "dashboard", "serve"]
    options = ["--port", "0", "--every", "0.2", "--results", str(folder / "runs")]
    with subprocess.Popen(
        [*command, *options, "--database", str(folder / "served.sqlite")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        try:
            assert served.stdout is not None
            page = browser.new_page()
            page.goto(served.stdout.readline().strip())
            assert page.inner_text("#built").startswith("67 runs")
            (folder / "runs" / "cut.json").write_text("{")
            write_all(folder / "runs", made(-1_000))
            expect(page.locator("#built")).to_contain_text("68 runs")
            soak = MadeSoak("soaked", started_now(), ({"total": {100: 10}},))
            soak.write(folder / "runs")
            page.get_by_role("link", name="soaked").click()
            page.wait_for_selector("#heat[data-ready]")
        finally:
            served.send_signal(signal.SIGINT)
        said = served.communicate()[1]
    assert served.returncode == 130
    assert said.count("cut.json: is not JSON") == 1
