"""What a notebook shows of a run, in a real browser: on JupyterLab's page, in both its themes."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import latprobe
from tests.report_cases import JUDGED

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'>"
THEMES = {"true": ("white", "black"), "false": ("#111", "white")}
"""Whether JupyterLab says that its theme is light: what it draws on, and with."""
OTHERS = """
    <h2>of the page</h2><p class="bad">a paragraph</p><dl><dt>it</dt><dd>is</dd></dl>
    <table class="wide"><tr><th>a</th><td class="number">1</td></tr></table>
    <figure><img alt="none"><figcaption>of the page</figcaption></figure>
"""
STYLES = """() => [...document.querySelectorAll("#others *")].map(
    it => [it.tagName, [...getComputedStyle(it)]
        .map(name => `${name}: ${getComputedStyle(it).getPropertyValue(name)}`).join("; ")])"""
CONTRASTS = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    const light = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(it => it / 255)
            .map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const back = light(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll(".latprobe :is(h2, p, dt, dd, th, td, figcaption)")]
        .map(it => light(getComputedStyle(it).color))
        .map(it => (Math.max(it, back) + 0.05) / (Math.min(it, back) + 0.05));
}"""
"""Of each text against what it stands on, as WCAG 2 defines it."""
ENOUGH = 4.5
"""WCAG 2's criterion 1.4.3 for texts of this size."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=[*THEMES])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """JupyterLab's page in one of its themes, in a browser that prefers the other."""
    back, text = THEMES[request.param]
    page = browser.new_page(color_scheme="dark" if request.param == "true" else "light")
    page.set_content(
        f'<body data-jp-theme-light="{request.param}" style="background:{back};color:{text}">'
        f'<div id="others">{OTHERS}</div><div id="output"></div></body>'
    )
    yield page
    page.close()


def show(page: Page, result: latprobe.Result) -> None:
    html = result._repr_html_()  # as notebooks call it
    page.evaluate("html => { document.getElementById('output').innerHTML = html; }", html)


def test_the_page_around_a_result_looks_as_before(page: Page) -> None:
    before = page.evaluate(STYLES)

    show(page, latprobe.Result(JUDGED.document()))

    assert page.locator(".latprobe table").count() == 2
    after = page.evaluate(STYLES)
    assert [it for it, now in zip(before, after, strict=True) if it != now] == []


def test_every_text_of_a_result_is_told_from_what_it_stands_on(page: Page) -> None:
    show(page, latprobe.Result(JUDGED.document()))

    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 50
    assert min(contrasts) >= ENOUGH


def test_the_plot_of_a_result_is_drawn(page: Page) -> None:
    show(page, latprobe.Result(JUDGED.document()))

    page.wait_for_function("document.querySelector('.latprobe img').naturalWidth > 0")


def test_a_hostile_name_is_only_a_name(page: Page) -> None:
    run = replace(JUDGED, target=HOSTILE, description=HOSTILE, verdicts=()).document()

    show(page, latprobe.Result(run))

    assert HOSTILE in page.locator(".latprobe").inner_text()
    assert page.evaluate("window.harmed") is None
