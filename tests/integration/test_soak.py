"""Soaks of real processes: what is kept of them, whatever ends them."""

import json
import os
import random
import signal
import socket
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pyarrow as pa
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_metrics,
)

from latprobe.soak.series import Series
from tests.integration.conftest import Bench
from tests.soaks import end_all, histograms_in, report_in, series_in, start_soak

KILLS = 3


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    yield
    end_all()


def with_times(series: Series) -> int:
    """Intervals that have a line in the log: in the last one, there may have been no message."""
    return int((series.column("recorded") > 0).sum())


def scripted_scenario(bench: Bench, messages: bytes = b"." * 1_000) -> object:
    return bench.scenario(bench.feed([bytes([it]) for it in messages]))


def test_each_interval_is_in_a_log_that_hdrhistogram_reads_and_in_a_stream_that_arrow_reads(
    bench: Bench,
) -> None:
    soak = start_soak(
        bench,
        scripted_scenario(bench),
        *("--duration", "2s", "--interval", "0.2s", "--rate", "20k/s"),
        *("--budget", "allocations == 0", "--budget", "total: p50 < 1s in every 0.4s"),
    )
    assert soak.end() == 0, soak.shown_path.read_text()

    report, series = report_in(bench), series_in(soak.folder)
    rows = pa.ipc.open_stream((soak.folder / "series.arrows").read_bytes()).read_all()
    assert rows.num_rows == len(series) == report["intervals"] >= 2
    histograms = histograms_in(soak.folder)
    recorded = series.column("recorded").sum()
    for tag in ("total", "response"):
        counts = [it.get_total_count() for it in histograms if it.get_tag() == tag]
        assert sum(counts) == recorded == report["times"][tag]["count"]
        assert len(counts) == with_times(series)
    # Nothing between two messages: all of them are recorded but those after a new start.
    assert series.column("messages").sum() == recorded + series.column("settling").sum()
    assert report["messages"] == 1 + (series.largest("last_sequence") or 0)
    assert series.column("rounds").sum() >= 2
    assert series.column("allocations").sum() == 0
    assert (series.column("heap_bytes") > 0).all()
    document = json.loads((soak.folder / "soak.json").read_text())
    assert document["ended"]
    assert document["feeds"][0]["sha256"]
    assert document["target"]["sha256"]
    assert [it["verdict"] for it in document["verdicts"]] == ["pass", "pass"]
    told = bench.latprobe("soak", "--report", soak.folder, "--budget", "total: max < 1ns")
    assert told.code == 1
    assert "✘ fail  total: max < 1ns" in told.out


def test_a_kill_at_any_moment_loses_no_interval_that_had_ended_and_the_soak_goes_on(
    bench: Bench,
) -> None:
    dice = random.Random(1)
    scenario = scripted_scenario(bench)
    soak = start_soak(
        bench, scenario, "--duration", "10m", "--interval", "0.05s", "--rate", "20k/s"
    )
    shown = 0
    for _ in range(KILLS):
        soak.wait_for_intervals(2 + dice.randrange(4))
        soak.process.kill()
        soak.end()
        shown += len(soak.shown)
        series = series_in(soak.folder)
        assert len(series) >= shown, "what is shown is kept"
        totals = [it for it in histograms_in(soak.folder) if it.get_tag() == "total"]
        assert len(totals) >= with_times(series)
        soak = start_soak(bench, "--resume", soak.folder)
    soak.wait_for_intervals(2)
    soak.process.send_signal(signal.SIGINT)
    assert soak.end() == 130

    series, report = series_in(soak.folder), report_in(bench)
    totals = [it for it in histograms_in(soak.folder) if it.get_tag() == "total"]
    assert len(totals) == with_times(series), "the log and the series are of the same intervals"
    assert sum(it.get_total_count() for it in totals) == series.column("recorded").sum()
    parts = report["soak"]["parts"]
    assert len(parts) == KILLS + 1
    starts = [it["first_sequence"] for it in parts]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    ends = series.column("elapsed_s") + series.column("seconds")
    assert (series.column("elapsed_s")[1:] >= ends[:-1] - 1e-6).all(), "time never goes back"


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_soak_that_is_told_to_end_reports_what_was_measured(
    bench: Bench, sent: signal.Signals, code: int
) -> None:
    soak = start_soak(
        bench,
        scripted_scenario(bench),
        *("--duration", "24h", "--interval", "0.2s", "--pattern", "burst 100k/s 1ms 9ms"),
    )
    soak.wait_for_intervals(1)
    soak.process.send_signal(sent)

    assert soak.end() == code
    report = report_in(bench)
    assert report["times"]["response"]["count"] > 0
    assert report["soak"]["ended_by"] in {"Ctrl-C", "SIGTERM"}


def test_a_target_that_crashes_is_told_with_its_message_and_what_was_measured_is_kept(
    bench: Bench,
) -> None:
    scenario = scripted_scenario(bench, b"." * 40_000 + b"s" + b".")
    soak = start_soak(bench, scenario, "--duration", "10m", "--interval", "0.1s", "--rate", "20k/s")

    assert soak.end() == 4
    report = report_in(bench)
    failure = report["soak"]["failure"]
    assert (failure["reason"], failure["message"]) == ("crashed", 40_000)
    assert "SIGSEGV" in failure["detail"]
    assert report["intervals"] >= 1
    assert "--cores" in report["soak"]["notices"][-1]["words"]

    # The messages that led to it lead there again.
    again = bench.latprobe("run", scenario, "--feed", soak.folder / "last-messages.arrow")
    assert again.code == 4
    assert bench.document["feed"]["messages"] == 40_001
    assert bench.document["forks"][0]["failure"]["message"] == 40_000


def test_a_full_disk_and_a_lost_terminal_are_survived_and_said(bench: Bench) -> None:
    soak = start_soak(
        bench,
        *(scripted_scenario(bench), "--duration", "10m", "--interval", "0.05s", "--rate", "20k/s"),
    )
    soak.wait_for_intervals(2)
    soak.fill_disk()
    soak.wait_for_words("intervals wait in memory")
    soak.process.send_signal(signal.SIGHUP)
    soak.wait_for_intervals(len(soak.shown) + 2)
    before = with_times(series_in(soak.folder))
    soak.free_disk()
    soak.wait_for_words("intervals are written again")
    soak.process.send_signal(signal.SIGTERM)
    assert soak.end() == 143

    document, series = report_in(bench)["soak"], series_in(soak.folder)
    words = [it["words"] for it in document["notices"]]
    assert any("intervals wait in memory" in it for it in words)
    assert any("written again" in it for it in words)
    assert document["lost_intervals"] == 0
    assert with_times(series) > before + 2
    assert series.column("messages").sum() == 1 + (series.largest("last_sequence") or 0)


def test_a_disk_that_is_full_to_the_end_leaves_what_was_written_and_the_exit_code(
    bench: Bench,
) -> None:
    soak = start_soak(
        bench,
        *(scripted_scenario(bench), "--duration", "10m", "--interval", "0.05s", "--rate", "20k/s"),
    )
    soak.wait_for_intervals(2)
    soak.fill_disk(1)
    before = len(series_in(soak.folder))
    soak.process.send_signal(signal.SIGTERM)

    assert soak.end() == 143
    assert len(series_in(soak.folder)) >= before
    assert json.loads((soak.folder / "soak.json").read_text())["ended"] is None


def test_a_soak_goes_on_where_nobody_listens_any_more(bench: Bench) -> None:
    listens, speaks = os.pipe()
    os.close(listens)
    soak = start_soak(
        bench,
        *(scripted_scenario(bench), "--duration", "1s", "--interval", "0.1s", "--rate", "20k/s"),
        shown_to=speaks,
    )
    os.close(speaks)

    assert soak.end() == 0
    assert len(series_in(soak.folder)) >= 2


def test_prometheus_reads_a_soak_that_is_stressed_while_it_runs(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    soak = start_soak(
        bench,
        *(scripted_scenario(bench), "--duration", "10m", "--interval", "0.1s", "--rate", "20k/s"),
        *("--metrics-port", port, "--stress", "pause", "--stress", "malloc"),
    )
    soak.wait_for_intervals(3)
    address = f"http://127.0.0.1:{port}/metrics"
    wanted = Request(address, headers={"Accept": "application/openmetrics-text"})
    with urlopen(wanted) as answer:  # noqa: S310  # our own, on this machine
        families = {it.name: it for it in read_metrics(answer.read().decode())}  # type: ignore[no-untyped-call]
    soak.process.send_signal(signal.SIGTERM)
    assert soak.end() == 143

    messages = families["latprobe_soak_messages"].samples[0]
    assert messages.value > 0
    latency = {
        (it.labels["stage"], it.labels["quantile"]): it.value
        for it in families["latprobe_soak_latency_seconds"].samples
    }
    assert 0 < latency["total", "0.5"] <= latency["response", "1"]
    assert report_in(bench)["soak"]["settings"]["stress"] == ["pause", "malloc"]
