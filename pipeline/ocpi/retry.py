"""How long to wait before a request is sent again."""

from __future__ import annotations

import random as randomness
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_ATTEMPTS = 5
_FIRST_WAIT_S = 1.0
MAX_WAIT_S = 60.0
# A partner may ask for patience, but the other modules of the night are waiting too.
MAX_RETRY_AFTER_S = 300.0


def wait_before(attempt: int, retry_after_s: float | None, random: randomness.Random) -> float:
    """Seconds to wait after the failed `attempt` (from 1): twice as long each time, and anywhere in its upper half.

    What the partner asks for (`retry_after_s`) is the least, up to five minutes.
    """
    longest = min(MAX_WAIT_S, _FIRST_WAIT_S * 2 ** (attempt - 1))
    wait = longest * (0.5 + random.random() / 2)
    return wait if retry_after_s is None else max(wait, min(retry_after_s, MAX_RETRY_AFTER_S))


def retry_after(text: str | None, now: datetime) -> float | None:
    """The header `Retry-After`, seconds or an HTTP date (RFC 9110, 10.2.3), as seconds from `now`; None for neither."""
    if not text:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
