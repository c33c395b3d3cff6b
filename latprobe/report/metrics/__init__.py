"""Runs as metrics, for what teams already have: Prometheus, OpenTelemetry, Grafana."""
