"""The bars that commands show while they measure."""

from contextlib import AbstractContextManager
from functools import partial

import pytest

from latprobe.cli.ab_progress import PairProgress, pair_progress
from latprobe.pipeline.progress import SuiteProgress, suite_progress


@pytest.mark.parametrize("made", [partial(suite_progress, 2), pair_progress])
def test_where_nobody_looks_on_there_is_no_bar_but_what_takes_a_while_is_said(
    made: "partial[AbstractContextManager[SuiteProgress | PairProgress]]",
    capsys: pytest.CaptureFixture[str],
) -> None:
    with made() as progress:
        progress.notice("making a feed")
        if isinstance(progress, SuiteProgress):
            with progress.aside():
                pass

    assert capsys.readouterr().err == "making a feed\n"
