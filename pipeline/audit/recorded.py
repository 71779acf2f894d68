"""What the audit log says of pages and events, as far as it has to be remembered while they are compared."""

from __future__ import annotations

import msgspec

_NONE = bytes(32)
NOTHING = _NONE.hex()


class _Facts(msgspec.Struct):
    landing_seq: int | None = None
    event_seq: int | None = None
    manifest_sha256: str | None = None
    kept_sha256: str | None = None
    is_late: int | None = None


class _Recorded(msgspec.Struct):
    action: str
    sha256: str | None
    detail: _Facts


RECORDED = msgspec.json.Decoder(_Recorded)


# No data directory has a thousand million pages or events: such a number is an alteration, and not worth its memory.
MOST = 1_000_000_000


class Digests:
    """Two sha256 by whole number from 1 on."""

    def __init__(self) -> None:
        self._all = bytearray()
        self.last = 0

    def add(self, number: int, *digests: str | None) -> bool:
        """Note them; False when others are noted under this number, or when there can be no such number."""
        if not 0 < number < MOST:
            return False
        pair = b"".join(bytes.fromhex(digest) if digest else _NONE for digest in (*digests, None)[:2])
        if number > self.last:
            self._all.extend(bytes((number - self.last) * 64))
            self.last = number
        place = slice((number - 1) * 64, number * 64)
        if any(self._all[place]) and self._all[place] != pair:
            return False
        self._all[place] = pair
        return True

    def get(self, number: int) -> tuple[str, str] | None:
        """Both as hex, None when nothing was noted."""
        pair = bytes(self._all[(number - 1) * 64 : number * 64]) if number > 0 else b""
        return (pair[:32].hex(), pair[32:].hex()) if any(pair) else None
