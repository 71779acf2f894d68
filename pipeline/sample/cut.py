"""Cut the slice of the Dutch feed that the sample stands on; run by hand, writes `data/sample/source/`.

    python -m pipeline.sample.cut CORPUS    # CORPUS holds real/ndw_dotnl_2026

Bodies are copied as text, untouched. A location is taken when each of its EVSE ids is a well-formed id of one of the
three operators and stands in no other location taken; tariffs are spread over their shapes (which dimensions, which
restrictions), so that rare shapes are present. Each connector's tariffs come along where the feed holds them.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[2] / "data" / "sample" / "source"
EVSE_ID = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]{0,30}")
QUOTA = {"ALL": 120, "EFL": 130, "SGM": 64}
PER_SHAPE = {"ALL": 40, "EFL": 26, "SGM": 12}
PER_TARIFF = 14
DAYS = ("2026-06-02", "2026-06-07")


def read_lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return (text, object) of each object of a gzip JSON array, as the feed wrote it."""
    text = gzip.decompress(path.read_bytes()).decode()
    if text.startswith("[\n"):
        lines = [line.rstrip().removesuffix(",") for line in text.splitlines() if line.startswith("{")]
        return [(line, json.loads(line)) for line in lines]
    found, decoder, at = [], json.JSONDecoder(), text.index("{")
    while at >= 0:
        item, end = decoder.raw_decode(text, at)
        found.append((text[at:end], item))
        at = text.find("{", end)
    return found


def operator_of(location: dict[str, Any]) -> str | None:
    """Return the operator that all EVSE ids of the location name, or None."""
    ids = [evse["evse_id"] or "" for evse in location["evses"]]
    names = {i.replace("*", "")[2:5] for i in ids if EVSE_ID.fullmatch(i)}
    return names.pop() if len(names) == 1 and all(EVSE_ID.fullmatch(i) for i in ids) else None


def tariffs_of(location: dict[str, Any]) -> set[str]:
    """Return the tariff ids that the connectors of a location name."""
    return {t for e in location["evses"] for c in e["connectors"] for t in c.get("tariff_ids") or []}


def shape(tariff: dict[str, Any]) -> str:
    """Describe which dimensions under which kinds of restriction a tariff prices."""
    if len(tariff["elements"]) > 8:
        return f"{tariff['party_id']} dynamic"
    parts = [
        sorted((p["type"], bool(p["price"]), p["vat"]) for p in element["price_components"])
        + sorted(k for k, v in (element.get("restrictions") or {}).items() if v not in (None, []))
        for element in tariff["elements"]
    ]
    return f"{tariff['party_id']} {parts}"


def choose(locations: list[tuple[str, dict[str, Any]]], tariffs: dict[str, dict[str, Any]]) -> list[str]:
    """Return the texts of the locations taken, in the feed's order."""
    taken, evses = [], set[str]()
    per_party, per_shape, per_tariff = Counter[str](), Counter[str](), Counter[str]()
    seen = Counter(e["evse_id"] for _, one in locations for e in one["evses"])
    for text, location in sorted(locations, key=lambda pair: pair[1]["id"]):
        party, wanted = operator_of(location), tariffs_of(location)
        if party not in QUOTA or len(location["evses"]) > 6 or per_party[party] >= QUOTA[party]:
            continue
        ids = {evse["evse_id"] for evse in location["evses"]}
        known = sorted(t for t in wanted if t in tariffs)
        if not known or ids & evses or len(ids) < len(location["evses"]) or max(seen[i] for i in ids) > 2:
            continue
        shapes = {shape(tariffs[t]) for t in known}
        dynamic_full = any(per_shape[s] >= 6 for s in shapes if s.endswith("dynamic"))
        if dynamic_full or all(per_shape[s] >= PER_SHAPE[party] for s in shapes):
            continue
        if max(per_tariff[t] for t in known) >= PER_TARIFF * (2 if party == "SGM" else 1):
            continue
        taken.append(text)
        evses |= ids
        per_party[party] += 1
        per_shape.update(shapes)
        per_tariff.update(known)
    return taken


def write(name: str, texts: list[str]) -> None:
    """Write texts of objects as one gzip JSON array, one object a line, without a clock in the header."""
    body = "[\n" + ",\n".join(texts) + "\n]\n"
    (SOURCE / name).write_bytes(gzip.compress(body.encode(), 9, mtime=0))


def main(corpus: str) -> None:
    """Cut locations of both days and the tariffs they name."""
    feed = Path(corpus) / "real" / "ndw_dotnl_2026"
    tariff_lines = read_lines(feed / f"tariffs_{DAYS[1]}.json.gz")
    tariffs = {tariff["id"]: tariff for _, tariff in tariff_lines}
    texts = choose(read_lines(feed / f"locations_a-m_{DAYS[1]}.json.gz"), tariffs)
    taken = {one["id"]: (text, one) for text in texts for one in [json.loads(text)]}
    wanted = {t for _, one in taken.values() for t in tariffs_of(one)}
    earlier = defaultdict(str)
    for text, one in read_lines(feed / f"locations_a-m_{DAYS[0]}.json.gz"):
        uids = [e["uid"] for e in one["evses"]]
        later_text, later = taken.get(one["id"], ("", {"evses": []}))
        has_same_evses = bool(uids) and uids == [e["uid"] for e in later["evses"]]
        if has_same_evses and tariffs_of(one) == tariffs_of(later) and text != later_text:
            earlier[one["id"]] = text
    SOURCE.mkdir(parents=True, exist_ok=True)
    write(f"locations_{DAYS[1]}.json.gz", texts)
    write(f"locations_{DAYS[0]}.json.gz", [earlier[i] for i in sorted(earlier)[:40]])
    write(f"tariffs_{DAYS[1]}.json.gz", [text for text, tariff in tariff_lines if tariff["id"] in wanted])
    sys.stdout.write(
        f"{len(texts)} locations, {min(40, len(earlier))} earlier bodies, {len(wanted & tariffs.keys())} tariffs\n"
    )


if __name__ == "__main__":
    main(sys.argv[1])
