"""`ROAMLEDGER_THREADS` and `ROAMLEDGER_MEMORY` bound the pipeline's own queries."""

from __future__ import annotations

import os

import pytest

from pipeline.settings import Paths, UserError, memory_limit, threads
from pipeline.warehouse import open_warehouse


@pytest.mark.parametrize(("told", "expected"), [("1", 1), ("3", 3), ("", os.cpu_count())])
def test_a_query_uses_as_many_threads_as_told_else_one_a_core(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, told: str, expected: int
):
    monkeypatch.setenv("ROAMLEDGER_THREADS", told)
    with open_warehouse(paths) as con:
        assert con.execute("select current_setting('threads')").fetchone() == (expected,)


@pytest.mark.parametrize("told", ["0", "-1", "two", "1.5"])
def test_a_number_of_threads_that_is_none_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch, told: str):
    monkeypatch.setenv("ROAMLEDGER_THREADS", told)
    with pytest.raises(UserError, match="whole number from 1 on"):
        threads()


@pytest.mark.parametrize(("told", "expected"), [("", "2.7 GiB"), ("512MB", "488.2 MiB"), ("8 GiB", "8.0 GiB")])
def test_a_query_uses_as_much_memory_as_told_else_three_gigabytes(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, told: str, expected: str
):
    monkeypatch.setenv("ROAMLEDGER_MEMORY", told)
    with open_warehouse(paths) as con:
        assert con.execute("select current_setting('memory_limit')").fetchone() == (expected,)


@pytest.mark.parametrize("told", ["much", "3", "-3GB", "3GB'; drop"])
def test_a_size_of_memory_that_is_none_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch, told: str):
    monkeypatch.setenv("ROAMLEDGER_MEMORY", told)
    with pytest.raises(UserError, match="a size such as 3GB"):
        memory_limit()
