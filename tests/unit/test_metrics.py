"""Runs as metrics: read back by the parsers of those who take them."""

import json
import math
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as classic

from latprobe.cli.export import export
from latprobe.errors import RunError
from latprobe.report.metrics.grafana import dashboard, dashboard_text
from latprobe.run.model import RunDocument
from latprobe.run.store import write_run
from tests.history import served
from tests.report_cases import AFTER, BEFORE, JUDGED, TOTAL

DASHBOARD = Path(__file__).parents[2] / "docs" / "examples" / "grafana-latprobe.json"
OF_TOTAL = {"stage": "total", "kind": "", "time": "service", "condition": "warm"}


def exported(folder: Path, *runs: RunDocument, options: tuple[str, ...] = ()) -> Result:
    paths = [str(write_run(run, folder)) for run in runs]
    return CliRunner().invoke(export, [*paths, "--format", "openmetrics", *options])


def metrics(folder: Path, *runs: RunDocument, options: tuple[str, ...] = ()) -> dict[str, Metric]:
    """As both of Prometheus' formats have them, which must be the same."""
    text = exported(folder, *runs, options=options).output
    assert text.endswith("# EOF\n")
    found, other = ({it.name: it for it in read(text)} for read in (open_metrics, classic))
    assert {name: it.samples for name, it in found.items()} == {
        name: it.samples for name, it in other.items()
    }
    return found


def value(metric: Metric, **labels: str) -> float:
    (found,) = (it.value for it in metric.samples if labels.items() <= it.labels.items())
    return float(found)


def test_figures_are_gauges_in_seconds_with_labels_for_what_they_are_of(tmp_path: Path) -> None:
    found = metrics(tmp_path, JUDGED.document())

    assert found["latprobe_latency_percentile_seconds"].type == "gauge"
    p99 = value(found["latprobe_latency_percentile_seconds"], **OF_TOTAL, percentile="p99")
    assert p99 == 80e-9
    assert value(found["latprobe_allocations"], stage="total") == 0.5
    assert value(found["latprobe_errors"], scenario="engine-after", target="engine-after") == 12
    assert value(found["latprobe_run_info"], commit="1f" * 20, host="lab") == 1
    assert value(found["latprobe_run_start_seconds"]) == 1_795_169_700
    budget = {"budget": "decide: allocations == 0"}
    states = [
        value(found["latprobe_budget_verdict"], **budget, verdict=it) for it in ("pass", "fail")
    ]
    assert states == [0, 1]


def test_latencies_are_histograms_whose_buckets_hold_what_was_counted(tmp_path: Path) -> None:
    found = metrics(tmp_path, AFTER.document())["latprobe_latency_seconds"]

    assert found.type == "histogram"
    of = {**OF_TOTAL, "scenario": "engine-after"}
    buckets = {
        float(it.labels["le"]): it.value
        for it in found.samples
        if it.name.endswith("_bucket") and of.items() <= it.labels.items()
    }
    # Each of two forks has all of them, and 12 heartbeats of 5 ns.
    assert buckets[50e-9] == 2 * 12
    assert buckets[100e-9] == 2 * (12 + sum(count for ns, count in TOTAL.items() if ns <= 100))
    assert buckets[math.inf] == 2 * (12 + sum(TOTAL.values()))
    assert list(buckets.values()) == sorted(buckets.values())
    (sum_s,) = (
        it.value
        for it in found.samples
        if it.name.endswith("_sum") and of.items() <= it.labels.items()
    )
    total_ns = 12 * 5 + sum(ns * count for ns, count in TOTAL.items())
    assert sum_s == pytest.approx(2 * total_ns / 1e9)


def test_kinds_have_metrics_where_they_are_asked_for(tmp_path: Path) -> None:
    def kinds(*options: str) -> set[str]:
        found = metrics(tmp_path, AFTER.document(), options=options)
        return {it.labels["kind"] for it in found["latprobe_latency_seconds"].samples}

    assert kinds() == {""}
    assert kinds("--by-kind") == {"", "add_order", "heartbeat"}


def test_a_hostile_name_is_only_a_label(tmp_path: Path) -> None:
    hostile = 'x"} 1\n# EOF\n\\'
    run = replace(JUDGED, target=hostile).document()

    found = metrics(tmp_path, run)

    assert {it.labels["target"] for it in found["latprobe_run_info"].samples} == {hostile}


def test_errors_of_a_service_are_counted(tmp_path: Path) -> None:
    assert value(metrics(tmp_path, served(0))["latprobe_errors"]) == 7


def test_two_runs_of_one_scenario_and_target_are_refused(tmp_path: Path) -> None:
    run = AFTER.document()
    again = msgspec.structs.replace(run, id="again")

    refused = exported(tmp_path, run, again)

    assert isinstance(refused.exception, RunError)
    assert "there are two runs of it" in str(refused.exception)
    both = metrics(tmp_path, run, BEFORE.document())
    assert len(both["latprobe_run_info"].samples) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "otlp"),
        ("--format", "openmetrics", "--endpoint", "http://127.0.0.1:1"),
        ("--format", "otlp", "--endpoint", "http://127.0.0.1:1", "-o", "file"),
        ("another.json", "--format", "pyperf"),
    ],
)
def test_what_does_not_belong_together_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    path = str(write_run(AFTER.document(), tmp_path))

    assert CliRunner().invoke(export, [path, *words]).exit_code == 2


def test_the_dashboard_that_is_checked_in_is_the_one_that_is_made() -> None:
    assert DASHBOARD.read_text(encoding="utf-8") == dashboard_text()
    model = json.loads(dashboard_text())
    ids = [it["id"] for it in model["panels"]]
    assert len(ids) == len(set(ids))
    sources = {f"${{{it['name']}}}" for it in model["templating"]["list"]}
    panels = [it for it in dashboard()["panels"] if it["type"] != "row"]
    assert {it["datasource"]["uid"] for it in panels} <= sources
    taken = [(it["gridPos"]["x"], it["gridPos"]["y"]) for it in panels]
    assert len(taken) == len(set(taken))
