"""`latprobe check`: what a target does wrong with memory, and with which messages."""

from pathlib import Path
from typing import get_args

import click
import msgspec

from latprobe.driver.memory_check.check import Checked, check_asan, check_memcheck, sanitized
from latprobe.driver.memory_check.sanitizer_library import refuse_sanitized, runtime_of
from latprobe.driver.plan import Step, Volume
from latprobe.driver.scenario_job import fork_folder, job_of
from latprobe.driver.steps import Progress
from latprobe.errors import ScenarioError
from latprobe.exit_code import ExitCode
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.pipeline.progress import SuiteProgress, suite_progress
from latprobe.report.console import console_for
from latprobe.report.memory_check import print_memory_check
from latprobe.run.memory_check import Checker, MemoryCheck
from latprobe.scenario import Scenario, load_scenario
from latprobe.target import BUILTIN, describe_target

_FEW_MESSAGES = 20_000


@click.command()
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--with",
    "checker",
    type=click.Choice(get_args(Checker)),
    default="memcheck",
    show_default=True,
    help="valgrind's memcheck, for any target; or AddressSanitizer, for one that is built with it.",
)
@click.option(
    "--feed",
    type=click.Path(path_type=Path),
    help="Replay this feed, or this recording, in the place of the scenario's own.",
)
@click.option(
    "--messages",
    type=click.IntRange(min=1),
    help="How many.  [default: the whole feed; with memcheck its first 20,000]",
)
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as JSON.")
@click.pass_context
def check(
    context: click.Context,
    scenario: Path,
    checker: Checker,
    feed: Path | None,
    messages: int | None,
    as_json: bool,
) -> None:
    """Check what SCENARIO's target does with memory, message by message.

    Invalid reads and writes, uninitialised values, blocks freed twice, and what the target does not
    free in the end; each with its line, the message that was in hand, and where its block is from.

    Ends with 0 where nothing was found, 1 where something was, and 4 where the target crashed or
    hung without a report.
    """
    one = load_scenario(scenario)
    if feed is not None:
        one = msgspec.structs.replace(one, feed=str(feed))
    with suite_progress(1) as progress:
        progress.start(one.name)
        try:
            found = _checked(one, checker, messages, progress)
        except ScenarioError as error:
            raise ScenarioError(f"{scenario}: {error}") from error
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        print_memory_check(found, console_for())
    context.exit(_exit_code(found))


def _checked(
    one: Scenario, checker: Checker, messages: int | None, progress: SuiteProgress
) -> MemoryCheck:
    if one.target.asyncio is not None or one.target.is_python:
        raise ScenarioError(
            "the target is Python, whose interpreter manages memory: check the native code that it "
            "calls as a target library of its own, or run it with `PYTHONMALLOC=debug`"
        )
    if one.target.library == BUILTIN:
        raise ScenarioError("built-in targets are not checked: name a target library")
    library = Path(one.target.library)
    runtime = None
    if checker == "asan":
        runtime = runtime_of(library)
    else:
        refuse_sanitized(library)
    target = describe_target(
        library, one.target.name, one.env if runtime is None else sanitized(runtime, one.env)
    )
    ready = prepare_feed(one.feed, progress.notice)
    if target.protocol not in ("", ready.protocol):
        raise ScenarioError(f"{target.name} reads {target.protocol}, and the feed is another")
    most = min(ready.messages, _FEW_MESSAGES) if checker == "memcheck" else ready.messages
    volume = Volume(0, messages or most)
    job = job_of(one, replayable(ready), volume, has_threads=False)

    def report(done: int) -> None:
        progress.update(Progress(Step("digest", 0), 0, 1, done, volume.measured))

    what = Checked(one.name, job, target.kinds)
    with fork_folder() as folder:
        if runtime is None:
            return check_memcheck(what, folder, report)
        return check_asan(what, folder, report, runtime)


def _exit_code(found: MemoryCheck) -> ExitCode:
    if found.stopped is not None and not found.stopped.is_explained:
        return ExitCode.CRASHED
    is_clean = not found.errors and not found.leaks
    return ExitCode.PASS if is_clean else ExitCode.FAIL
