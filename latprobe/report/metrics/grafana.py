"""A dashboard for Grafana, of the metrics in Prometheus or of the history in PostgreSQL.

Either source has a row of its own with the same panels, so that a team without the other one loses
nothing but an empty row. `python -m latprobe.report.metrics.grafana` prints it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_PROMETHEUS: Final = {"type": "prometheus", "uid": "${prometheus}"}
_POSTGRESQL: Final = {"type": "grafana-postgresql-datasource", "uid": "${postgresql}"}
_WIDTH: Final = 12
_HEIGHT: Final = 8

_SERIES: Final = (
    "SELECT to_timestamp(r.started_ms / 1000.0) AS time, {label} AS metric, {value} AS value "
    "FROM points p JOIN runs r ON r.run = p.run JOIN series s ON s.series = p.series "
    "WHERE r.scenario = ${{scenario_of_postgresql:sqlstring}} AND s.kind = '' AND {condition} "
    "AND $__timeFilter(to_timestamp(r.started_ms / 1000.0)) ORDER BY time"
)


@dataclass(frozen=True)
class _Panel:
    """A panel of both rows.

    Attributes:
        title: Over it.
        unit: As Grafana calls it.
        promql: The query of Prometheus.
        legend: Of its series.
        sql: The query of PostgreSQL.
        kind: As Grafana calls it.
    """

    title: str
    unit: str
    promql: str
    legend: str
    sql: str
    kind: str = "timeseries"


def _series(label: str, value: str, condition: str) -> str:
    return _SERIES.format(label=label, value=value, condition=condition)


_OF_SCENARIO: Final = 'scenario="$scenario_of_prometheus",kind=""'
_USUAL: Final = f'{_OF_SCENARIO},time="service",condition="warm"'

_PANELS: Final = (
    _Panel(
        "Budgets that are broken",
        "none",
        'latprobe_budget_verdict{scenario="$scenario_of_prometheus",verdict="fail"} == 1',
        "{{budget}}",
        "SELECT v.budget AS budget, v.reason AS reason FROM verdicts v WHERE v.verdict = 'fail' "
        "AND v.run = (SELECT run FROM runs WHERE scenario = ${scenario_of_postgresql:sqlstring} "
        "ORDER BY started_ms DESC LIMIT 1) ORDER BY v.place",
        "table",
    ),
    _Panel(
        "p99 of each stage",
        "s",
        f'latprobe_latency_percentile_seconds{{{_USUAL},percentile="p99"}}',
        "{{stage}}",
        _series("s.stage", "p.value / 1e9", "s.figure = 'p99' AND s.unit = 'ns'"),
    ),
    _Panel(
        "Whole messages",
        "s",
        f'latprobe_latency_percentile_seconds{{{_USUAL},stage="total"}}',
        "{{percentile}}",
        _series(
            "s.figure",
            "p.value / 1e9",
            "s.stage = 'total' AND s.figure IN ('p50', 'p90', 'p99', 'p99.9', 'p99.99')",
        ),
    ),
    _Panel(
        "Response times",
        "s",
        f'latprobe_latency_percentile_seconds{{{_OF_SCENARIO},time="response"}}',
        "{{stage}} {{percentile}}",
        _series("s.figure", "p.value / 1e9", "s.figure LIKE 'response p%'"),
    ),
    _Panel(
        "Cost",
        "s",
        f'latprobe_cost_seconds{{{_USUAL},stage="total"}}',
        "cost",
        _series("s.figure", "p.value / 1e9", "s.stage = 'total' AND s.figure = 'cost'"),
    ),
    _Panel(
        "Allocations a message",
        "none",
        f"latprobe_allocations{{{_USUAL}}}",
        "{{stage}}",
        _series("s.stage", "p.value", "s.figure = 'allocations'"),
    ),
)

_HEAT: Final = (
    'sum by (le) (latprobe_latency_seconds_bucket{scenario="$scenario_of_prometheus",'
    'stage="total",kind="",time="service",condition="warm"})'
)


def dashboard() -> dict[str, Any]:
    """The dashboard's model, as Grafana imports it."""
    panels = [*_row("Prometheus", 0, 1), *_row("PostgreSQL", 40, 101)]
    return {
        "__requires": [
            {"type": "grafana", "id": "grafana", "name": "Grafana", "version": "10.0.0"}
        ],
        "uid": "latprobe",
        "title": "latprobe",
        "tags": ["latprobe"],
        "schemaVersion": 38,
        "editable": True,
        "time": {"from": "now-30d", "to": "now"},
        "refresh": "1m",
        "templating": {"list": list(_variables())},
        "panels": panels,
    }


def _variables() -> Iterator[dict[str, Any]]:
    for name, kind in (
        ("prometheus", "prometheus"),
        ("postgresql", "grafana-postgresql-datasource"),
    ):
        yield {"name": name, "type": "datasource", "query": kind, "label": f"{kind} source"}
    scenarios = "SELECT DISTINCT scenario FROM runs ORDER BY scenario"
    for name, source, query in (
        ("scenario_of_prometheus", _PROMETHEUS, "label_values(latprobe_run_info, scenario)"),
        ("scenario_of_postgresql", _POSTGRESQL, scenarios),
    ):
        yield {"name": name, "type": "query", "datasource": source, "query": query, "refresh": 2}


def _row(source: str, top: int, first: int) -> Iterator[dict[str, Any]]:
    is_prometheus = source == "Prometheus"
    place = {"x": 0, "y": top, "w": 2 * _WIDTH, "h": 1}
    yield {"id": first, "type": "row", "title": source, "gridPos": place, "panels": []}
    for number, panel in enumerate(_PANELS):
        query = _prometheus(panel) if is_prometheus else _postgresql(panel)
        yield {
            "id": first + 1 + number,
            "type": panel.kind,
            "title": panel.title,
            "datasource": _PROMETHEUS if is_prometheus else _POSTGRESQL,
            "gridPos": _place(number, top),
            "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
            "targets": [query],
        }
    if is_prometheus:
        number = len(_PANELS)
        yield {
            "id": first + 1 + number,
            "type": "heatmap",
            "title": "Latency of whole messages",
            "datasource": _PROMETHEUS,
            "gridPos": _place(number, top),
            "options": {"calculate": False, "yAxis": {"unit": "s"}},
            "targets": [
                {"refId": "A", "expr": _HEAT, "format": "heatmap", "legendFormat": "{{le}}"}
            ],
        }


def _place(number: int, top: int) -> dict[str, int]:
    row, column = divmod(number, 2)
    return {"x": column * _WIDTH, "y": top + 1 + row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT}


def _prometheus(panel: _Panel) -> dict[str, Any]:
    is_table = panel.kind == "table"
    return {
        "refId": "A",
        "expr": panel.promql,
        "legendFormat": panel.legend,
        "format": "table" if is_table else "time_series",
        "instant": is_table,
    }


def _postgresql(panel: _Panel) -> dict[str, Any]:
    form = "table" if panel.kind == "table" else "time_series"
    return {"refId": "A", "rawSql": panel.sql, "rawQuery": True, "format": form}


def dashboard_text() -> str:
    """The dashboard as it is checked in, in docs/examples."""
    return json.dumps(dashboard(), indent=1) + "\n"


if __name__ == "__main__":
    print(dashboard_text(), end="")  # what it is for
