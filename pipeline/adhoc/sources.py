"""What to price, as somebody names it: files, folders, standard input, or a folder of cases."""

from __future__ import annotations

import json
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pipeline.landing.bodies import StagedFile, StagedPage, stage_file
from pipeline.landing.sidecar import SIDECAR, read_sidecar
from pipeline.landing.store import UNFINISHED_ENDINGS, files_of, is_named_json
from pipeline.partner_models import canonical_version
from pipeline.settings import UserError

STDIN = "-"


@dataclass(frozen=True)
class Terms:
    """What to price with instead of what a CDR or case says itself; None leaves it to them."""

    tariffs: Path | None = None
    time_zone: str | None = None
    ocpi_version: str | None = None


AS_SENT = Terms()


@dataclass(frozen=True)
class Failure:
    """Why something cannot be priced: a code of the catalogue and a sentence."""

    code: str
    detail: str


@dataclass
class Source:
    """One file of CDRs, or one case, staged as pages; `case` is the path of the case below the folder of cases.

    Without `tariff_pages` the tariffs are those that the CDR embeds. What failed has no pages.
    """

    name: str
    case: str | None = None
    pages: list[StagedPage] = field(default_factory=list)
    tariff_pages: list[StagedPage] | None = None
    time_zone: str | None = None
    ocpi_version: str | None = None
    failure: Failure | None = None

    def fail(self, code: str, detail: str) -> Source:
        """The same source with nothing to price in it."""
        self.pages, self.tariff_pages, self.failure = [], None, Failure(code, detail)
        return self


def sources_in(paths: Sequence[Path], folder: Path, terms: Terms) -> Iterator[Source]:
    """One source for each file that is named or lies below a named folder; pages go to `folder`.

    Below a folder, what is no JSON is left alone, as `load` does.
    """
    for path in paths:
        if str(path) == STDIN:
            yield _staged(_source("standard input", terms), _spooled(sys.stdin.buffer, folder), folder)
            continue
        if not path.exists():
            yield Source(str(path)).fail("body_empty", "There is no such file; check the spelling.")
            continue
        for file in files_of(path) if path.is_dir() else [path]:
            if file == path:
                yield _staged(_source(str(file), terms), file, folder)
            elif _may_hold_cdrs(file):
                source = _staged(_source(str(file), terms), file, folder, must_be_json=not is_named_json(file))
                if source.pages or source.failure:
                    yield source


def _source(name: str, terms: Terms) -> Source:
    return Source(name, time_zone=terms.time_zone, ocpi_version=terms.ocpi_version)


def _may_hold_cdrs(file: Path) -> bool:
    is_sidecar = file.name == SIDECAR and read_sidecar(file) is not None
    return not is_sidecar and file.suffix.lower() not in UNFINISHED_ENDINGS


def _spooled(stream: IO[bytes], folder: Path) -> Path:
    """A copy that can be read twice."""
    file = folder / f"spooled-{uuid.uuid4().hex}"
    with file.open("wb") as copy:
        shutil.copyfileobj(stream, copy)
    return file


def staged_file(file: Path, folder: Path) -> StagedFile:
    """The pages of one file, which may be a pipe as well."""
    if not file.is_fifo():
        return stage_file(file, folder)
    with file.open("rb") as stream:
        return stage_file(_spooled(stream, folder), folder)


def _staged(source: Source, file: Path, folder: Path, *, must_be_json: bool = False) -> Source:
    try:
        staged = staged_file(file, folder)
    except OSError as error:
        return source.fail("body_empty", f"{file} cannot be read: {error.strerror or error}")
    if staged.looks_like_json or not must_be_json:
        source.pages = staged.pages
    return source


def cases_in(root: Path, folder: Path, terms: Terms, is_time_zone: Callable[[str], bool]) -> Iterator[Source]:
    """One source for each folder below `root`, or `root` itself, that holds a `cdr.json`, in path order.

    `tariff.json` and `case.json` beside it are read when they are there, and nothing else is.
    Raises UserError when there is no case.
    """
    if not root.is_dir():
        raise UserError(f"{root} is no folder; --cases wants a folder of cases, each a folder with cdr.json")
    cases = sorted(file.parent for file in root.rglob("cdr.json"))
    if not cases:
        raise UserError(f"{root} holds no case; a case is a folder with cdr.json")
    for case in cases:
        name = case.relative_to(root).as_posix()
        source = Source(name, case=name, time_zone=terms.time_zone, ocpi_version=terms.ocpi_version)
        yield _case(source, case, folder, is_time_zone, reads_tariff=terms.tariffs is None)


def _case(
    source: Source, case: Path, folder: Path, is_time_zone: Callable[[str], bool], *, reads_tariff: bool
) -> Source:
    try:
        settings = _settings(case / "case.json")
        source.pages = stage_file(case / "cdr.json", folder).pages
        if reads_tariff and (case / "tariff.json").exists():
            source.tariff_pages = stage_file(case / "tariff.json", folder).pages
    except OSError as error:
        return source.fail("body_empty", f"{error.filename} cannot be read: {error.strerror or error}")
    except ValueError:
        return source.fail("body_not_json", "case.json is no JSON object.")
    zone, version = settings.get("timezone"), settings.get("ocpi_version")
    if source.time_zone is None and zone is not None:
        if not isinstance(zone, str) or not is_time_zone(zone):
            return source.fail("time_zone_unknown", f"case.json names the time zone {zone!r}, which is none.")
        source.time_zone = zone.strip()
    if source.ocpi_version is None and version is not None:
        source.ocpi_version = canonical_version(version) if isinstance(version, str) else None
        if source.ocpi_version is None:
            return source.fail("ocpi_version_unknown", f"case.json names OCPI {version}, which is not supported.")
    return source


def _settings(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    settings = json.loads(file.read_text(encoding="utf-8-sig"))
    if not isinstance(settings, dict):
        raise ValueError(settings)
    return settings
