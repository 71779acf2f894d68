"""Runs the Great Expectations suites on new records and keeps their results."""
