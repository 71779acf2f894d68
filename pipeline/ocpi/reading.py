"""Whether one reading of a window holds all of it: distinct objects against the partner's own count."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import datetime

import numpy as np


class Reading:
    """What one walk through the pages of a window came to.

    Objects are kept as 64-bit hashes of their keys, eight bytes each, so that a year of CDRs still fits.
    """

    def __init__(self) -> None:
        self._keys = array("q")
        self.page_count = 0
        self.last_total: int | None = None
        self.has_shrunk = False
        self.newest_last_updated: datetime | None = None

    def add(self, keys: Iterable[str], *, total_count: int | None, newest_last_updated: datetime | None) -> None:
        """Count one page; an object without key counts as one of its own."""
        for position, key in enumerate(keys):
            self._keys.append(hash(key) if key else hash((self.page_count, position)))
        self.page_count += 1
        if total_count is not None:
            self.has_shrunk |= self.last_total is not None and total_count < self.last_total
            self.last_total = total_count
        if newest_last_updated is not None:
            self.newest_last_updated = max(newest_last_updated, self.newest_last_updated or newest_last_updated)

    @property
    def object_count(self) -> int:
        """Distinct objects read."""
        return len(self.distinct())

    def distinct(self) -> np.ndarray:
        """The sorted hashes of the distinct objects."""
        if not self._keys:
            return np.empty(0, dtype=np.int64)
        # Sorted in place of a copy: `np.unique` builds a hash table several times as large.
        keys = np.array(self._keys, dtype=np.int64)
        keys.sort()
        is_first = np.ones(len(keys), dtype=bool)
        np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
        return keys if is_first.all() else keys[is_first]

    @property
    def is_whole(self) -> bool:
        """Whether nothing can be missing, as far as the partner counts.

        An object that changes during the walk moves behind what is still to come: everything after its old place moves
        up by one and one object is never shown, while the moved one is shown twice. Then fewer distinct objects came
        than the partner counts. When it counts fewer than a page before, something was taken away, which moves others
        up just so, whatever was added before or after. A count that only grows repeats objects at most. Where the
        partner does not count, an object that came twice tells that something moved.
        """
        if self.last_total is None:
            return self.object_count == len(self._keys)
        return not self.has_shrunk and self.object_count >= self.last_total

    def equals(self, other: Reading) -> bool:
        """Whether both readings showed the same objects under the same count."""
        return self.last_total == other.last_total and bool(np.array_equal(self.distinct(), other.distinct()))
