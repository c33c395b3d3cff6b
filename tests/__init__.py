"""Tests of latprobe."""
