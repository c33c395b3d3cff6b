"""`latprobe report`: what people are given, in every format."""

import base64
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from latprobe.cli.report import report
from latprobe.errors import RunError
from latprobe.history.thin import thinned_run
from latprobe.run.model import RunDocument
from latprobe.run.store import write_run
from tests.report_cases import AFTER, BEFORE, DEAD, JUDGED
from tests.report_snapshots import assert_matches

HOSTILE = "<script>alert(1)</script>|`](http://x)\x1b[2J\u202e"
IMAGE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")


class Page(HTMLParser):
    """What a browser would make of a page, as far as it loads or runs anything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def reported(folder: Path, name: str, *runs: RunDocument, options: tuple[str, ...] = ()) -> Result:
    paths = [str(write_run(run, folder / str(place))) for place, run in enumerate(runs)]
    return CliRunner().invoke(report, [*paths, "-o", str(folder / name), *options])


def test_a_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    done = reported(tmp_path, "it.html", BEFORE.document(), AFTER.document())

    assert done.output == f"{tmp_path / 'it.html'}\n"
    text = (tmp_path / "it.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.tags.count("img") == len(page.addresses) == 3
    assert all(IMAGE.fullmatch(it) for it in page.addresses)
    assert b"<svg" in base64.b64decode(page.addresses[0].partition(",")[2])
    assert "script" not in page.tags
    assert "default-src 'none'" in text
    assert_matches("paper.html", IMAGE.sub("data:(a picture)", text))


def test_two_runs_are_held_against_each_other_in_markdown(tmp_path: Path) -> None:
    done = reported(tmp_path, "it.md", BEFORE.document(), JUDGED.document(), options=("--json",))

    pictures = [tmp_path / f"it-{number}.svg" for number in (1, 2, 3)]
    assert json.loads(done.output) == {"paths": [str(tmp_path / "it.md"), *map(str, pictures)]}
    assert all(it.read_bytes().startswith(b"<?xml") for it in pictures)
    assert_matches("paper.md", (tmp_path / "it.md").read_text(encoding="utf-8"))


def test_a_pdf_has_pages_of_text_and_of_pictures(tmp_path: Path) -> None:
    reported(tmp_path, "it.pdf", JUDGED.document())

    content = (tmp_path / "it.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page ") >= 2


def test_the_same_run_has_the_same_pdf(tmp_path: Path) -> None:
    for name in ("it.pdf", "again.pdf"):
        reported(tmp_path, name, DEAD.document())

    assert (tmp_path / "it.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()


@pytest.mark.parametrize("name", ["it.png", "it.svg"])
def test_a_picture_is_that_of_the_percentiles(name: str, tmp_path: Path) -> None:
    done = reported(tmp_path, name, BEFORE.document(), AFTER.document())

    assert done.exit_code == 0
    start = {"it.png": b"\x89PNG", "it.svg": b"<?xml"}[name]
    content = (tmp_path / name).read_bytes()
    assert content.startswith(start)
    if name.endswith("svg"):
        assert b"<!-- engine-before  total, " in content
        assert b"<!-- engine-after  total, " in content


def assert_only_a_name(report: Path, times: int = 1) -> None:
    """The hostile name is text in a report, at least so often where that can be counted."""
    if report.suffix == ".pdf":
        return  # its texts are compressed: that it can be written is all
    content = report.read_text(encoding="utf-8")
    assert "\x1b" not in content
    assert "\u202e" not in content
    if report.suffix == ".html":
        page = Page(content)
        assert "script" not in page.tags
        shown = "<script>alert(1)</script>|`](http://x)\\x1b"
        assert sum(shown in it for it in page.texts) >= times
    else:
        assert "<script" not in content.replace("\\<script", "")
        assert r"\|\`\](http://x)" in content


@pytest.mark.parametrize("name", ["it.html", "it.md", "it.pdf"])
def test_a_hostile_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    run = replace(JUDGED, target=HOSTILE, description=HOSTILE, verdicts=()).document()

    assert reported(tmp_path, name, run).exit_code == 0

    assert_only_a_name(tmp_path / name)


@pytest.mark.parametrize("name", ["it.html", "it.md", "it.pdf"])
def test_runs_without_figures_or_histograms_have_a_report(name: str, tmp_path: Path) -> None:
    done = reported(tmp_path, name, DEAD.document(), thinned_run(AFTER.document()))

    assert done.exit_code == 0, done.exception
    if not name.endswith("pdf"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "latency fork 0 hung before the first message" in text
        assert "its histograms are gone" in text
        assert "cannot be held against another" in text


def test_a_report_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "it.svg").write_text("former")

    done = reported(tmp_path, "it.svg", DEAD.document())

    assert isinstance(done.exception, RunError)
    assert (tmp_path / "it.svg").read_text() == "former"
    assert reported(tmp_path, "it.docx", DEAD.document()).exit_code == 2
    missing = CliRunner().invoke(report, ["nowhere.json", "-o", str(tmp_path / "it.html")])
    assert isinstance(missing.exception, RunError)
