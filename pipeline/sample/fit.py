"""Fit the load profiles of the sample to real charging sessions; run by hand, writes `fitted.json`.

    python -m pipeline.sample.fit CORPUS    # CORPUS holds real/sessions_*

Per profile: 168 weights of the plug-in hour (Monday 00 first, local time), 21 quantiles (0, 5, .. 100 %) of energy
in kWh, of charging time and of idle time in hours, the share of sessions with idle time, and the rank correlation of
energy and charging time. The generator reads the JSON file alone and needs no corpus.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

FITTED = Path(__file__).with_name("fitted.json")
POWER_FLOOR_KW = 2.3


@dataclass(frozen=True)
class Stay:
    """One real session: plug-in (local), energy in kWh, charging and idle time in hours (None = not told)."""

    start: datetime
    energy_kwh: float
    charge_h: float | None
    idle_h: float | None


def _text(path: Path) -> io.StringIO:
    raw = path.read_bytes()
    return io.StringIO((gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig"))


def _local(text: str, form: str) -> datetime:
    return datetime.strptime(text, form)  # noqa: DTZ007 - the sources write local wall clock


def _with_power_floor(start: datetime, energy: float, stay_h: float) -> Stay:
    """Keep the stay as charging time only when the mean power says that little of it was idle."""
    charge = stay_h if stay_h > 0 and energy / stay_h >= POWER_FLOOR_KW else None
    return Stay(start, energy, charge, None)


def dundee(folder: Path) -> Iterator[tuple[bool, Stay]]:
    """Yield (is rapid charger, stay) from Dundee City Council's sessions."""
    for path in sorted(folder.glob("*.csv.gz")):
        if "021217" in path.name:  # day and month are swapped in part of this file
            continue
        for row in csv.DictReader(_text(path)):
            try:
                if "T" in row["Start Date"]:
                    day, end_day = row["Start Date"][:10], row["End Date"][:10]
                    start = datetime.fromisoformat(f"{day}T{row['Start Time']}")
                    end = datetime.fromisoformat(f"{end_day}T{row['End Time']}")
                else:
                    form = "%d/%m/%Y %H:%M"
                    start = _local(f"{row['Start Date']} {row['Start Time']}", form)
                    end = _local(f"{row['End Date']} {row['End Time']}", form)
                energy = float(row["Total kWh"])
            except ValueError:
                continue
            stay_h = (end - start).total_seconds() / 3600
            if 0.1 < energy < 120 and 0.02 < stay_h < 72:
                is_rapid = "Rapid" in row["Model"] or "50kW" in row["Model"]
                if not is_rapid or energy / stay_h < 60:
                    yield is_rapid, _with_power_floor(start, energy, stay_h)


def belib(folder: Path) -> Iterator[tuple[bool, Stay]]:
    """Yield (is direct current, stay) from Paris Belib' transactions."""
    for path in sorted(folder.glob("*.csv.gz")):
        for row in csv.DictReader(_text(path), delimiter=";"):
            try:
                start = _local(row["Date de début"][4:24], "%b %d %Y %H:%M:%S")
                energy, stay_h = float(row["L'énergie (Wh)"]) / 1000, float(row["Durée (sec)"]) / 3600
            except ValueError:
                continue
            if 0.1 < energy < 120 and 0.02 < stay_h < 72:
                yield row["Type de prise"] in ("CCS", "CHAdeMO"), _with_power_floor(start, energy, stay_h)


def sap_labs(folder: Path) -> Iterator[Stay]:
    """Yield workplace sessions of SAP Labs France, which tell their idle time."""
    for row in csv.DictReader(_text(folder / "conso-ve-sap0.csv.gz"), delimiter=";"):
        try:
            start = datetime.fromisoformat(row["Date demarrage"]).replace(tzinfo=None)
            energy = float(row["Consommation totale (Wh)"]) / 1000
            stay, idle = float(row["Duree totale (s)"]) / 3600, float(row["Duree inactivite totale (s)"]) / 3600
        except ValueError:
            continue
        if row["Type Lieu de charge"] == "Travail" and 0.1 < energy < 120 and 0 <= idle < stay < 72:
            yield Stay(start, energy, stay - idle, idle)


def trondheim(folder: Path) -> Iterator[Stay]:
    """Yield residential sessions of Sorensen et al."""
    for row in csv.DictReader(_text(folder / "Dataset_1_EV_charging_reports.csv"), delimiter=";"):
        try:
            start = _local(row["Start_plugin"], "%d.%m.%Y %H:%M")
            energy = float(row["El_kWh"].replace(",", "."))
            stay_h = float(row["Duration_hours"].replace(",", "."))
        except ValueError:
            continue
        if 0.1 < energy < 120 and 0.02 < stay_h < 72:
            yield _with_power_floor(start, energy, stay_h)


def acn_idle(real: Path) -> list[float]:
    """Return idle hours (disconnect minus done charging) of Caltech ACN-Data sessions."""
    items = json.loads(gzip.decompress((real / "sessions_acn_2021/acndata_sessions.json.gz").read_bytes()))
    items += json.loads(gzip.decompress((real / "sessions_acn_data/Office_1.json.gz").read_bytes()))["_items"]
    hours = []
    for item in items:
        if item["doneChargingTime"]:
            gap = parsedate_to_datetime(item["disconnectTime"]) - parsedate_to_datetime(item["doneChargingTime"])
            hours.append(max(0.0, gap.total_seconds() / 3600))
    return hours


def _quantiles(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [round(ordered[min(len(ordered) - 1, round(i / 20 * (len(ordered) - 1)))], 4) for i in range(21)]


def _ranks(values: list[float]) -> list[float]:
    ranks = [0.0] * len(values)
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        ranks[index] = rank
    return ranks


def _rank_correlation(pairs: list[tuple[float, float]]) -> float:
    a, b = _ranks([p[0] for p in pairs]), _ranks([p[1] for p in pairs])
    mean = (len(pairs) - 1) / 2
    top = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    return round(top / sum((x - mean) ** 2 for x in a), 4)


def profile(stays: list[Stay], idle: list[float], source: str) -> dict[str, object]:
    """Summarise stays of one kind as plain numbers; `idle` are idle hours, zero included."""
    week = [0] * 168
    for stay in stays:
        week[stay.start.weekday() * 24 + stay.start.hour] += 1
    told = [(s.energy_kwh, s.charge_h) for s in stays if s.charge_h is not None]
    parked = [hours for hours in idle if hours > 1 / 60]
    return {
        "source": source,
        "session_count": len(stays),
        "week_hour_weights": week,
        "energy_kwh": _quantiles([s.energy_kwh for s in stays]),
        "charge_h": _quantiles([hours for _, hours in told]),
        "idle_share": round(len(parked) / len(idle), 4) if idle else 0.0,
        "idle_h": _quantiles([min(hours, 36.0) for hours in parked]) if parked else [0.0] * 21,
        "energy_charge_rank_correlation": _rank_correlation(told),
    }


def main(corpus: str) -> None:
    """Read the corpus and write `fitted.json` beside this module."""
    real = Path(corpus) / "real"
    city = [*dundee(real / "sessions_dundee"), *belib(real / "sessions_belib")]
    work = list(sap_labs(real / "sessions_sap_labs_france"))
    home = list(trondheim(real / "sessions_trondheim_sorensen"))
    acn = acn_idle(real)
    city_source = "Dundee 2017-18 and Paris Belib' 2017"
    fitted = {
        "public_ac": profile([s for rapid, s in city if not rapid], acn, f"{city_source}; idle: Caltech ACN-Data"),
        "public_dc": profile([s for rapid, s in city if rapid], [], f"{city_source}; no source tells idle time"),
        "workplace": profile(work, [s.idle_h or 0.0 for s in work], "SAP Labs France, workplace"),
        "residential": profile(home, acn, "Trondheim 2018-20 (Sorensen et al.); idle: Caltech ACN-Data"),
    }
    FITTED.write_text(json.dumps(fitted, indent=1).replace(",\n   ", ", ").replace("[\n   ", "[") + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
