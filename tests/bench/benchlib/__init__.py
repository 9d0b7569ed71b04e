"""Helpers of tests/bench/run."""
