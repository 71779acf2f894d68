"""What the server holds: OCPI objects by module, oldest change first, one version an id."""

from __future__ import annotations

import copy
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
MODULES = ("locations", "tariffs", "sessions", "cdrs", "tokens")


def moment(text: str) -> datetime:
    """An OCPI timestamp; without a designator it is UTC (types 1.2). Raises ValueError for anything else."""
    value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def id_of(module: str, item: Json) -> str:
    return str(item["uid" if module == "tokens" else "id"])


class Store:
    """Objects by module and id. Safe to change while requests are answered."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._objects: dict[str, dict[str, Json]] = {module: {} for module in MODULES}

    def put(self, module: str, *items: Json) -> None:
        """Add objects, or replace those of the same id."""
        with self.lock:
            for item in items:
                self._objects[module][id_of(module, item)] = copy.deepcopy(item)

    def remove(self, module: str, item_id: str) -> None:
        with self.lock:
            del self._objects[module][item_id]

    def get(self, module: str, item_id: str) -> Json:
        with self.lock:
            return copy.deepcopy(self._objects[module][item_id])

    def touch(self, module: str, item_id: str, **changes: object) -> Json:
        """Change an object: it becomes the newest of its module, unless `last_updated` is given."""
        with self.lock:
            newest = max(moment(item["last_updated"]) for item in self._objects[module].values())
            stamp = f"{newest + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
            changed = self._objects[module][item_id] | {"last_updated": stamp} | changes
            self._objects[module][item_id] = changed
            return copy.deepcopy(changed)

    def all(self, module: str) -> list[Json]:
        """Oldest change first; of the same moment in the order in which they were first put."""
        with self.lock:
            return sorted(self._objects[module].values(), key=lambda item: moment(item["last_updated"]))

    def between(self, module: str, start: datetime | None, end: datetime | None) -> list[Json]:
        """Those with `start <= last_updated < end` (OCPI 2.2.1, 4.1.2)."""
        return [
            item
            for item in self.all(module)
            if (start is None or moment(item["last_updated"]) >= start)
            and (end is None or moment(item["last_updated"]) < end)
        ]
