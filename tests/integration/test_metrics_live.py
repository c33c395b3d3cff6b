"""Metrics as those take them who are to: Prometheus, an OpenTelemetry collector, PostgreSQL."""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import psycopg
import pytest
from click.testing import CliRunner
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)

from latprobe.cli.export import export
from latprobe.errors import RunError
from latprobe.history.database import open_history
from latprobe.history.sync import sync
from latprobe.report.metrics import otlp
from latprobe.report.metrics.grafana import dashboard
from latprobe.run.store import write_run
from tests.postgresql import postgresql_server
from tests.report_cases import JUDGED, TOTAL

PROMETHEUS = shutil.which("prometheus")
_PATIENCE_S = 60


@contextmanager
def server(answer: bytes, received: list[bytes]) -> Iterator[str]:
    """Answers whatever is asked of it, and keeps what it is sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer()

        def _answer(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as it:
        threading.Thread(target=it.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{it.server_port}"
        it.shutdown()


def queries(source: str) -> list[dict[str, Any]]:
    panels = [it for it in dashboard()["panels"] if it["type"] != "row"]
    return [it["targets"][0] for it in panels if it["datasource"]["uid"] == f"${{{source}}}"]


@pytest.mark.skipif(PROMETHEUS is None, reason="Prometheus is not installed")
def test_prometheus_takes_the_metrics_and_answers_the_dashboards_queries(tmp_path: Path) -> None:
    path = write_run(JUDGED.document(), tmp_path)
    text = CliRunner().invoke(export, [str(path), "--format", "openmetrics"]).output
    with server(text.encode(), []) as scraped, _prometheus(tmp_path, scraped) as address:
        _until(lambda: _asked(address, "latprobe_run_info"))
        found = {
            expr: _asked(address, expr.replace("$scenario_of_prometheus", "engine-after"))
            for expr in (it["expr"] for it in queries("prometheus"))
        }

    empty = [expr for expr, answer in found.items() if not answer]
    assert all('time="response"' in it for it in empty), empty  # the run was not paced
    (p99,) = (
        it["value"][1]
        for it in found[next(it for it in found if 'percentile="p99"' in it)]
        if it["metric"]["stage"] == "total"
    )
    assert float(p99) == 80e-9


@contextmanager
def _prometheus(folder: Path, scraped: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config = {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": "latprobe", "static_configs": [{"targets": [scraped]}]}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    assert PROMETHEUS is not None
    options = [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={address}"]
    command = [PROMETHEUS, f"--config.file={folder / 'prometheus.yml'}", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            yield address
        finally:
            running.terminate()


def _until(asked: Any) -> None:
    """Prometheus says that it is there before it has asked for the first time."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        try:
            if asked():
                return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail("Prometheus has no metrics")


def _asked(address: str, expression: str) -> list[dict[str, Any]]:
    with urlopen(f"http://{address}/api/v1/query?query={quote(expression)}", timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
    return found


def test_a_collector_is_sent_gauges_and_exponential_histograms(tmp_path: Path) -> None:
    path = write_run(JUDGED.document(), tmp_path)
    received: list[bytes] = []
    with server(ExportMetricsServiceResponse().SerializeToString(), received) as address:
        words = ["--format", "otlp", "--endpoint", f"http://{address}/v1/metrics"]
        done = CliRunner().invoke(export, [str(path), *words])

    assert done.exit_code == 0, done.exception
    request = ExportMetricsServiceRequest.FromString(received[0])
    sent = {it.name: it for it in request.resource_metrics[0].scope_metrics[0].metrics}
    assert sent["latprobe_allocations"].gauge.data_points[0].as_double == 0.5
    assert sent["latprobe_latency_mean_seconds"].unit == "s"
    (total,) = (
        it
        for it in sent["latprobe_latency_seconds"].exponential_histogram.data_points
        if any(label.value.string_value == "total" for label in it.attributes)
    )
    assert total.count == sum(total.positive.bucket_counts) == 2 * (12 + sum(TOTAL.values()))
    base = 2**2**-total.scale
    first = next(place for place, count in enumerate(total.positive.bucket_counts) if count == 24)
    low = base ** (total.positive.offset + first)
    assert low < 5e-9 <= low * base


def test_a_collector_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(otlp, "TIMEOUT_S", 0.5)
    path = write_run(JUDGED.document(), tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1/metrics"
        done = CliRunner().invoke(export, [str(path), "--format", "otlp", "--endpoint", url])

    assert isinstance(done.exception, RunError)
    assert url in str(done.exception)


def test_postgresql_answers_the_dashboards_queries(tmp_path: Path) -> None:
    write_run(JUDGED.document(), tmp_path)
    with postgresql_server() as url:
        with open_history(url, make=True) as engine:
            sync(engine, tmp_path)
        with psycopg.connect(url) as connection:
            found = {
                it["rawSql"]: connection.execute(_filled_in(it["rawSql"])).fetchall()
                for it in queries("postgresql")
            }

    p99, broken = (
        next(rows for sql, rows in found.items() if words in sql)
        for words in ("s.figure = 'p99'", "v.verdict = 'fail'")
    )
    assert {metric: value for _, metric, value in p99}["total"] == 80e-9
    assert broken == [
        ("decide: allocations == 0", "1 a message"),
        ("errors < 0.01%", "12 of 1,000"),
    ]
    empty = [sql for sql, rows in found.items() if not rows]
    assert all("response" in it for it in empty), empty  # the run was not paced


def _filled_in(sql: str) -> bytes:
    """As Grafana fills in what is its own."""
    sql = sql.replace("${scenario_of_postgresql:sqlstring}", "'engine-after'")
    sql = sql.replace("$__timeFilter(", "(TIMESTAMPTZ '2026-01-01' < ")
    assert "$" not in sql
    return sql.encode()
