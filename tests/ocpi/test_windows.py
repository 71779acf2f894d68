"""What the next pull asks for, from what earlier ones came to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from pipeline.ocpi.pull_log import Kind, Outcome, Pull, PullEnded, PullStarted
from pipeline.ocpi.windows import Habits, Window, day_window, next_window, open_period_start

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
HABITS = Habits(overlap=timedelta(hours=24), full_every=timedelta(days=7))


def pull(days_ago: float, kind: Kind = "delta", outcome: Outcome = "complete", newest: datetime | None = None) -> Pull:
    at = NOW - timedelta(days=days_ago)
    return Pull(
        started=PullStarted(pull_id=f"{kind}-{days_ago}", partner="p", module="m", kind=kind, at=at),
        ended=PullEnded(
            pull_id=f"{kind}-{days_ago}",
            at=at,
            outcome=outcome,
            page_count=1,
            object_count=1,
            newest_last_updated=newest,
        ),
    )


def test_the_first_pull_asks_for_everything() -> None:
    window = next_window("tariffs", [], HABITS, now=NOW)
    assert (window.kind, window.date_from, window.is_full_pull) == ("full", None, True)


def test_the_first_pull_of_cdrs_begins_where_the_history_shall_begin() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    window = next_window("cdrs", [], Habits(first_pull_from=since), now=NOW)
    assert (window.kind, window.date_from) == ("full", since)
    assert not window.is_full_pull  # what lies before is not gone, it was not asked for


def test_a_delta_overlaps_the_newest_object_seen() -> None:
    newest = datetime(2026, 11, 22, 17, tzinfo=UTC)
    window = next_window("cdrs", [pull(2, "full", newest=newest)], HABITS, now=NOW)
    assert window == Window("delta", newest - timedelta(hours=24))


def test_an_object_dated_in_the_future_does_not_open_a_gap() -> None:
    window = next_window("cdrs", [pull(1, "full", newest=datetime(2031, 1, 1, tzinfo=UTC))], HABITS, now=NOW)
    assert window == Window("delta", NOW - timedelta(days=1) - timedelta(hours=24))


def test_a_failed_or_incomplete_pull_does_not_move_the_mark() -> None:
    newest = datetime(2026, 11, 20, tzinfo=UTC)
    earlier = [pull(5, "full", newest=newest), pull(2, outcome="failed", newest=NOW), pull(1, outcome="incomplete")]
    assert next_window("cdrs", earlier, HABITS, now=NOW) == Window("delta", newest - timedelta(hours=24))


def test_a_backfilled_day_does_not_move_the_mark() -> None:
    newest = datetime(2026, 11, 20, tzinfo=UTC)
    earlier = [pull(5, "full", newest=newest), pull(1, "day", newest=NOW), pull(1, "window", newest=NOW)]
    assert next_window("sessions", earlier, HABITS, now=NOW) == Window("delta", newest - timedelta(hours=24))


def test_each_week_lists_are_read_whole_and_the_open_month_again() -> None:
    earlier = [pull(7, "full", newest=NOW - timedelta(days=7)), pull(1, newest=NOW - timedelta(days=1))]
    tariffs = next_window("tariffs", earlier, HABITS, now=NOW)
    assert (tariffs.kind, tariffs.is_full_pull) == ("full", True)
    assert next_window("cdrs", earlier, HABITS, now=NOW) == Window("period", datetime(2026, 10, 1, tzinfo=UTC))


def test_a_reading_of_the_open_month_counts_as_the_weekly_one() -> None:
    earlier = [pull(30, "full", newest=NOW - timedelta(days=30)), pull(3, "period", newest=NOW - timedelta(days=3))]
    assert next_window("cdrs", earlier, HABITS, now=NOW).kind == "delta"


def test_the_open_month_is_the_last_one() -> None:
    assert open_period_start(datetime(2026, 1, 31, 23, 59, tzinfo=UTC)) == datetime(2025, 12, 1, tzinfo=UTC)


def test_a_day_has_both_ends() -> None:
    window = day_window(date(2026, 11, 24))
    assert window == Window("day", datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))
    assert not window.is_full_pull
