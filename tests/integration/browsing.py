"""A real browser that looks at pages from the disk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'>"

PATIENCE_MS = 120_000
"""However busy the machine is: nothing here asks how fast it is."""
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, index: Path) -> Iterator[Page]:
    """A page from the disk, without a network; nothing may complain on the way."""
    context = browser.new_context(offline=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(index.as_uri())
    yield page
    assert page.evaluate("window.harmed") is None
    context.close()
    assert said == []


def hovered(page: Page, chart: str, point: Locator) -> str:
    """What is said of a point; the pointer may come before those are there who look for it."""
    said = page.locator(f"{chart} .hovertext")
    for _ in range(60):
        page.mouse.move(0, 0)
        point.hover(force=True)
        page.wait_for_timeout(500)
        if said.count():
            return said.first.text_content() or ""
    pytest.fail("nothing is said of the point")
