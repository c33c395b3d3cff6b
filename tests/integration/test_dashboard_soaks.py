"""The screen of a soak, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from latprobe.cli.dashboard import dashboard
from latprobe.run.model import VerdictRecord
from tests.integration.browsing import CHROMIUM, HOSTILE, hovered, launched, opened
from tests.made_soaks import MadeSoak, started_now

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

USUAL = {
    "total": {100: 900, 2_000: 99, 70_000: 1},
    "response": {150: 1_000},
    HOSTILE.replace(" ", "_").replace(",", "_"): {40: 1_000},
}
BROKEN = VerdictRecord("heap slope < 1B/h", "fail", 3 * 2**20, None, 1.0, "B/h", HOSTILE)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two soaks and no run: one with hostile names, resumed and red, and one cut off."""
    folder = tmp_path_factory.mktemp("soaks")
    soak = MadeSoak(
        "soaked",
        started_now(),
        (USUAL,) * 30,
        stages=(HOSTILE,),
        resumed=20,
        verdicts=(BROKEN,),
        notice=HOSTILE,
        branch=HOSTILE,
    )
    soak.write(folder / "results", "<b>red&amp;")
    cut = MadeSoak("cut", started_now(), (USUAL,) * 3, ended=False).write(folder / "results", "cut")
    (cut / "series.arrows").write_bytes(b"nothing")
    database = str(folder / "history.sqlite")
    options = ["--database", database, "--results", str(folder / "results")]
    built = CliRunner().invoke(dashboard, ["build", str(folder / "site"), *options])
    assert built.exit_code == 0, built.output
    return folder / "site" / "index.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, index: Path) -> Iterator[Page]:
    with opened(browser, index) as page:
        yield page


def look_at_the_soak(page: Page) -> None:
    page.locator("h2:has-text('Soaks') + div").get_by_role("link").click()
    page.wait_for_selector("#heat[data-ready]")


def test_the_first_screen_lists_soaks_and_has_red_ones_among_what_is_red(page: Page) -> None:
    red = page.locator("h2:has-text('Red today') + div")
    expect(red).to_contain_text("soak of soaked")
    expect(red).to_contain_text(HOSTILE)
    expect(red).to_contain_text("heap slope < 1B/h was 3.00 MiB/h")
    soaks = page.locator("h2:has-text('Soaks') + div")
    expect(soaks).to_contain_text("00:05:00 of 01:00:00")
    expect(soaks).to_contain_text("is not the series of a soak")
    assert page.locator("script[src^='soaks/']").count() == 0


def test_a_cell_of_the_heat_map_says_interval_bucket_and_messages(page: Page) -> None:
    look_at_the_soak(page)

    said = hovered(page, "#heat", page.locator("#heat .nsewdrag").first)
    assert " to 00:0" in said
    assert " of 1,000" in said
    assert "p99.9 " in said
    for words in ("Budgets", "What happened", HOSTILE, "3.00 MiB/h", "resumed"):
        expect(page.locator("#page")).to_contain_text(words)


def test_a_stage_is_chosen_and_kept_in_the_url(page: Page) -> None:
    look_at_the_soak(page)
    expect(page.locator("select[name=stage] option")).to_contain_text(
        ["response", "total", HOSTILE]
    )
    page.select_option("select[name=stage]", HOSTILE)
    page.wait_for_selector("#heat[data-ready]")
    page.uncheck("input[name=lines]")
    page.wait_for_selector("#heat[data-ready]")
    legend = page.locator("#heat .legendtext")
    expect(legend).to_have_count(3)

    page.reload()
    page.wait_for_selector("#heat[data-ready]")
    assert page.input_value("select[name=stage]") == HOSTILE
    expect(legend).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Red today")).to_be_visible()


def test_the_map_is_walked_over_with_arrow_keys(page: Page) -> None:
    look_at_the_soak(page)
    page.locator("#heat").focus()
    page.keyboard.press("ArrowRight")

    expect(page.locator("#heat .hovertext").first).to_contain_text("00:00:10 to 00:00:20")


def test_what_is_zoomed_to_is_kept_in_the_url(page: Page) -> None:
    look_at_the_soak(page)
    page.evaluate(
        "Plotly.relayout('heat', {'xaxis.range[0]': SITE.soaks[0].started, "
        "'xaxis.range[1]': SITE.soaks[0].started.replace(/..$/, '30')})"
    )
    page.wait_for_function("location.hash.includes('from=')")

    page.reload()
    page.wait_for_selector("#heat[data-ready]")
    assert page.evaluate("document.getElementById('heat').layout.xaxis.range[1]").endswith("30")


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    look_at_the_soak(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 375
