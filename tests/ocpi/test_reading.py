"""When a walk through pages holds all there is."""

from __future__ import annotations

from pipeline.ocpi.reading import Reading


def reading(*pages: tuple[list[str], int | None]) -> Reading:
    made = Reading()
    for keys, total in pages:
        made.add(keys, total_count=total, newest_last_updated=None)
    return made


def test_as_many_objects_as_counted_is_whole() -> None:
    assert reading((["A", "B"], 3), (["C"], 3)).is_whole


def test_an_object_that_moved_hides_another() -> None:
    """A moved behind D while page 2 was asked for: C was never shown, A twice."""
    drifted = reading((["A", "B"], 4), (["D", "A"], 4))
    assert not drifted.is_whole
    assert drifted.object_count == 3


def test_an_object_taken_away_hides_another() -> None:
    """A vanished after page 1: C moved up into page 1, and three objects are counted, three were shown."""
    assert not reading((["A", "B"], 4), (["D"], 3)).is_whole


def test_an_object_that_is_new_hides_nothing() -> None:
    assert reading((["A", "B"], 3), (["C", "D"], 4)).is_whole


def test_who_does_not_count_is_believed() -> None:
    assert reading((["A"], None)).is_whole


def test_objects_without_key_count_each() -> None:
    assert reading((["", ""], 3), ([""], 3)).is_whole


def test_two_readings_alike_are_told_from_two_that_differ() -> None:
    assert reading((["A", "B"], 9)).equals(reading((["B"], 9), (["A"], 9)))
    assert not reading((["A", "B"], 9)).equals(reading((["A", "C"], 9)))
    assert not reading((["A"], 9)).equals(reading((["A"], 8)))
