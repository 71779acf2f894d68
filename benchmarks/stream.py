"""`python -m benchmarks.stream --count N --out DIR`: writes pull pages of N CDRs and all that belongs to them.

The same seed and count give the same bytes. Below DIR, which can serve as a data directory (`roamledger --data DIR
load DIR/pulls`): `partners.yml`, `agreements.yml` and `pulls/<day>/<partner>/<version>/<module>/page-NNNN.json`, on
the first day tariffs, locations and tokens, later sessions, then CDRs; `objects.ndjson` on demand.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import IO, Any

from benchmarks.charges import WEEKS
from benchmarks.operators import OPERATORS, US, Operator, shares, write_configuration
from benchmarks.places import Place, draw_places, location
from benchmarks.schedule import Schedule
from benchmarks.tariffs import LAST_UPDATED, draw_tariffs
from benchmarks.templates import WEEK_DAYS, Template, draw_template
from tests.oracle.language import dump

DEFAULT_SEED = "roamledger"
TEMPLATES = 20_000
PAGE_OBJECTS = 1_000
# At least; each EVSE has a driver with a card and one with an app.
TOKENS = {"APP_USER": 4_000, "RFID": 16_000}
# Leads from week to week, and through all of them.
_WEEK_STEP = 7
# The days on which the pulls were received: reference data before all charges, sessions before CDRs.
REFERENCE_DAY, SESSION_DAY, CDR_DAY = "2026-03-15", "2026-10-31", "2026-11-01"

# Odd factors reach every number once, so ids are unique and look drawn.
_WORD = (1 << 48) - 1
_FACTORS = (0x9E3779B97F4B, 0xC2B2AE3D27D5, 0x165667B19E37)


@dataclass(frozen=True)
class Stream:
    """A stream of `count` CDRs from `templates` templates, or as many as it takes to use each once a week."""

    count: int
    seed: str = DEFAULT_SEED
    templates: int = TEMPLATES

    @cached_property
    def places(self) -> dict[str, list[Place]]:
        return {
            operator.partner: draw_places(self.seed, operator, len(self._numbers_of(operator)))
            for operator in OPERATORS
        }

    @cached_property
    def evses(self) -> dict[str, int]:
        """The number of each EVSE by its uid."""
        places = [place for operator in OPERATORS for place in self.places[operator.partner]]
        return {uid: at for at, uid in enumerate(uid for place in places for uid, _ in place.evses)}

    @cached_property
    def tariffs(self) -> dict[str, list[dict[str, Any]]]:
        return {operator.partner: draw_tariffs(self.seed, operator) for operator in OPERATORS}

    @cached_property
    def tokens(self) -> dict[str, list[tuple[str, str]]]:
        """(uid, contract id) of our tokens by type; those of an EVSE stand at its number."""
        bits = Random(f"{self.seed} tokens").getrandbits
        counts = {kind: max(least, len(self.evses)) for kind, least in TOKENS.items()}
        drawn = iter(
            [(f"04{bits(28):07X}{at:05X}", f"NL-RLG-C{10_000_000 + at}") for at in range(sum(counts.values()))]
        )
        return {kind: [next(drawn) for _ in range(count)] for kind, count in counts.items()}

    def templates_of(self, operator: Operator) -> list[Template]:
        """The templates of an operator, with numbers of their own in the whole stream."""
        places, tariffs, schedule = self.places[operator.partner], self.tariffs[operator.partner], Schedule()
        return [draw_template(self.seed, number, places, tariffs, schedule) for number in self._numbers_of(operator)]

    def _numbers_of(self, operator: Operator) -> range:
        pool = max(self.templates, -(-self.count // (WEEKS - 1)))
        return shares(max(min(self.count, pool), min(self.count, 100)))[OPERATORS.index(operator)]

    def pages(self, operator: Operator) -> Iterator[tuple[list[str], list[str]]]:
        """Pages of CDRs and of their sessions as JSON texts, 1,000 a page."""
        numbers = shares(self.count)[OPERATORS.index(operator)]
        pool = self.templates_of(operator)
        rfid, app = self.tokens["RFID"], self.tokens["APP_USER"]
        for start in range(numbers.start, numbers.stop, PAGE_OBJECTS):
            cdrs, sessions = [], []
            for number in range(start, min(start + PAGE_OBJECTS, numbers.stop)):
                turn, at = divmod(number - numbers.start, len(pool))
                template = pool[at]
                cdr_id, session_id, authorization = _ids(number)
                tokens = app if template.is_app else rfid
                values = (
                    cdr_id,
                    session_id,
                    *tokens[self.evses[template.evse[0]]],
                    *template.evse,
                    authorization,
                    *WEEK_DAYS[(turn * _WEEK_STEP + at) % WEEKS],
                )
                cdr, session = template.cdr, template.session
                cdrs.append(cdr.form % cdr.pick(values))
                sessions.append(session.form % session.pick(values))
            yield cdrs, sessions


def write(stream: Stream, out: Path, *, with_objects: bool = False) -> int:
    """Write the stream below `out`; returns the bytes of the CDRs."""
    out.mkdir(parents=True, exist_ok=True)
    write_configuration(out)
    size = 0
    with ExitStack() as files:
        objects = files.enter_context((out / "objects.ndjson").open("wb")) if with_objects else None
        for operator in OPERATORS:
            _write_reference(stream, operator, out)
            where = (operator.partner, operator.ocpi_version)
            cdr_folder = _folder(out, CDR_DAY, *where, "cdrs")
            session_folder = _folder(out, SESSION_DAY, *where, "sessions")
            for page_no, (cdrs, sessions) in enumerate(stream.pages(operator), start=1):
                size += sum(map(len, cdrs))
                _write_page(cdr_folder, page_no, CDR_DAY, cdrs)
                _write_page(session_folder, page_no, SESSION_DAY, sessions)
                if objects is not None:
                    _write_lines(objects, cdrs)
    token_folder = _folder(out, REFERENCE_DAY, "own", "2.2.1", "tokens")
    tokens = [_token(kind, *token) for kind, listed in stream.tokens.items() for token in listed]
    _write_pages(token_folder, REFERENCE_DAY, tokens)
    return size


def _ids(number: int) -> tuple[str, str, str]:
    """CDR id, session id and authorization reference of a CDR."""
    one, two, three = ((number + 1) * factor & _WORD for factor in _FACTORS)
    return f"{one:012x}{two:012x}", f"{two:012x}{three:012x}", f"{three:012x}"


def _write_reference(stream: Stream, operator: Operator, out: Path) -> None:
    where = (operator.partner, operator.ocpi_version)
    tariffs = stream.tariffs[operator.partner]
    _write_pages(_folder(out, REFERENCE_DAY, *where, "tariffs"), REFERENCE_DAY, map(dump, tariffs))
    places = [
        dump(location(place, [tariffs[at]["id"] for at in place.tariffs])) for place in stream.places[operator.partner]
    ]
    _write_pages(_folder(out, REFERENCE_DAY, *where, "locations"), REFERENCE_DAY, places)


def _token(kind: str, uid: str, contract_id: str) -> str:
    party = {"country_code": US["country_code"], "party_id": US["party_id"]}
    token = {**party, "uid": uid, "type": kind, "contract_id": contract_id, "issuer": US["name"], "valid": True}
    return json.dumps({**token, "whitelist": "ALLOWED", "last_updated": LAST_UPDATED}, separators=(",", ":"))


def _folder(out: Path, day: str, partner: str, version: str, module: str) -> Path:
    folder = out / "pulls" / day / partner / version / module
    folder.mkdir(parents=True, exist_ok=True)
    sidecar = {"partner": partner, "module": module, "ocpi_version": version, "received_at": f"{day}T01:00:00Z"}
    (folder / "manifest.json").write_text(json.dumps({**sidecar, "full": True}) + "\n", encoding="utf-8")
    return folder


def _write_pages(folder: Path, day: str, objects: Iterable[str]) -> None:
    texts = list(objects)
    for page_no, start in enumerate(range(0, len(texts), PAGE_OBJECTS), start=1):
        _write_page(folder, page_no, day, texts[start : start + PAGE_OBJECTS])


def _write_page(folder: Path, page_no: int, day: str, objects: list[str]) -> None:
    head = f'{{"status_code":1000,"status_message":"Success","timestamp":"{day}T01:00:00Z","data":['
    body = f"{head}{','.join(objects)}]}}"
    (folder / f"page-{page_no:04d}.json").write_bytes(body.encode())


def _write_lines(file: IO[bytes], objects: list[str]) -> None:
    file.write("\n".join([*objects, ""]).encode())


def main() -> None:
    """Read the options and write the stream."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stream", description=__doc__)
    parser.add_argument("--count", type=int, required=True, help="how many CDRs")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", default=DEFAULT_SEED, help="same seed and count, same bytes")
    parser.add_argument("--templates", type=int, default=TEMPLATES, help="how many different charges")
    parser.add_argument("--objects", action="store_true", help="also write the CDRs as objects.ndjson")
    options = parser.parse_args()
    started = time.perf_counter()
    size = write(Stream(options.count, options.seed, options.templates), options.out, with_objects=options.objects)
    seconds = time.perf_counter() - started
    sys.stdout.write(
        f"{options.count} CDRs, {size / options.count:.0f} bytes each, written in {seconds:.1f} s to {options.out}\n"
    )


if __name__ == "__main__":
    main()
