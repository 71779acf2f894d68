"""Whose file is it, which module, which OCPI version: told by option, sidecar, path, else by its objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipeline.landing.bodies import StagedPage
from pipeline.landing.read import PageFile
from pipeline.landing.shapes import KEY_FIELDS, party_in_ids_of, version_of
from pipeline.landing.unwrap import explode
from pipeline.partner_models import MODULES, Config, canonical_version
from pipeline.settings import UserError

_INSPECT_BYTES = 128 << 20
_DEFAULT_VERSION = "2.2.1"


@dataclass(frozen=True)
class Told:
    """Partner, module and version as far as one or more sources tell them; `sources` names the source of each."""

    partner: str | None = None
    module: str | None = None
    ocpi_version: str | None = None
    sources: dict[str, str] = field(default_factory=dict)

    def or_else(self, other: Told) -> Told:
        """What this tells, completed by `other`."""
        return Told(
            self.partner or other.partner,
            self.module or other.module,
            self.ocpi_version or other.ocpi_version,
            other.sources | self.sources,
        )

    @property
    def is_complete(self) -> bool:
        return bool(self.partner and self.module and self.ocpi_version)


@dataclass(frozen=True)
class Question:
    """One file to identify: its first page, what is told already, and what to fall back to after its objects.

    `hint` is told by names that may mean something else (a folder called 2.1.1); `folder` may name the sender.
    """

    page: StagedPage
    told: Told
    hint: Told
    folder: str


@dataclass(frozen=True)
class Identity:
    """The answer; `module` is None when nothing told it. `is_json` is None when nobody had to look inside."""

    partner: str | None
    module: str | None
    ocpi_version: str | None
    sources: dict[str, str]
    is_json: bool | None


def told(source: str, partner: str | None, module: str | None, ocpi_version: str | None) -> Told:
    """What an option or sidecar tells, checked.

    Raises UserError for a name that cannot be.
    """
    if partner is not None and partner != slug(partner):
        raise UserError(f"{partner!r} ({source}) is no partner name; use lower-case letters, digits, - and _")
    if module is not None and module not in MODULES:
        raise UserError(f"{module!r} ({source}) is no module; use one of {', '.join(MODULES)}")
    version = canonical_version(ocpi_version) if ocpi_version is not None else None
    if ocpi_version is not None and version is None:
        raise UserError(f"OCPI {ocpi_version} ({source}) is not supported; use 2.1.1, 2.2.1 or 2.3.0")
    names = {"partner": partner, "module": module, "ocpi_version": version}
    return Told(partner, module, version, {name: source for name, value in names.items() if value})


def told_by_path(path: Path, config: Config) -> Told:
    """`<partner>/<version>/<module>/file`; a folder named as a configured partner tells that much alone."""
    folders = list(path.parent.parts[::-1])
    if len(folders) >= 3:
        module, version, partner = folders[0], canonical_version(folders[1]), folders[2]
        if module in MODULES and version and partner == slug(partner):
            return Told(partner, module, version, dict.fromkeys(("partner", "module", "ocpi_version"), "path"))
    return told("path", next((name for name in folders if config.partner(name)), None), None, None)


def hint_by_path(path: Path) -> Told:
    """The version that a near folder is called by."""
    versions = (canonical_version(name) for name in path.parent.parts[:-4:-1])
    return told("path", None, None, next((version for version in versions if version), None))


def slug(text: str) -> str:
    """A name fit for a partner: lower-case letters, digits, - and _."""
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")


def identify(config: Config, questions: Sequence[Question], spill: Path) -> list[Identity]:
    """Answer for every file, looking inside only those that are not fully told; `spill` takes what memory cannot."""
    seen: dict[int, _Seen] = {}
    open_questions = [number for number, question in enumerate(questions) if not question.told.is_complete]
    with duckdb.connect(config={"temp_directory": str(spill)}) as con:
        for batch in _batches(open_questions, questions):
            seen |= _look_inside(con, [(number, questions[number].page) for number in batch])
    return [_answer(config, question, seen.get(number)) for number, question in enumerate(questions)]


@dataclass(frozen=True)
class _Seen:
    is_json: bool
    module: str | None
    ocpi_version: str | None
    parties: list[str]


def _answer(config: Config, question: Question, seen: _Seen | None) -> Identity:
    answer = question.told
    if seen is None:
        return Identity(answer.partner, answer.module, answer.ocpi_version, answer.sources, None)
    answer = answer.or_else(told("objects", None, seen.module, seen.ocpi_version)).or_else(question.hint)
    if answer.module is None:
        return Identity(answer.partner, None, answer.ocpi_version, answer.sources, seen.is_json)
    if answer.partner is None and len(seen.parties) == 1:
        country, party = seen.parties[0].split("*", 1)
        known = config.partner_of(country, party, answer.module)
        name = known.partner if known else slug(f"{country}-{party}")
        answer = answer.or_else(Told(partner=name, sources={"partner": "objects"}))
    answer = answer.or_else(Told(partner=slug(question.folder) or None, sources={"partner": "folder"}))
    partner = config.partner(answer.partner or "")
    configured = (
        Told(ocpi_version=partner.ocpi_version, sources={"ocpi_version": "partners.yml"}) if partner else Told()
    )
    answer = answer.or_else(configured).or_else(
        Told(ocpi_version=_DEFAULT_VERSION, sources={"ocpi_version": "default"})
    )
    return Identity(answer.partner, answer.module, answer.ocpi_version, answer.sources, seen.is_json)


def _batches(numbers: Sequence[int], questions: Sequence[Question]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for number in numbers:
        if batch and size + questions[number].page.size_bytes > _INSPECT_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(number)
        size += questions[number].page.size_bytes
    if batch:
        yield batch


def _look_inside(con: duckdb.DuckDBPyConnection, pages: Sequence[tuple[int, StagedPage]]) -> dict[int, _Seen]:
    explode(con, [PageFile(number, page.path, page.size_bytes) for number, page in pages])
    told = party_in_ids_of("module", MODULES, "fields")
    con.execute(
        f"""
        create or replace temp table inspected as
        select
            landing_seq,
            module,
            {version_of("module", "keys", "body", "fields")} as ocpi_version,
            coalesce(nullif(trim(fields.country_code), ''), {told}.c) as country_code,
            coalesce(nullif(trim(fields.party_id), ''), {told}.p) as party_id,
        from (
            select *, from_json(body, '{KEY_FIELDS}') as fields from landing_objects where module is not null
        )
        """
    )
    rows = con.execute(
        """
        with modules as (
            select landing_seq, module from inspected group by landing_seq, module
            qualify row_number() over (partition by landing_seq order by count(*) desc, module) = 1
        ),

        versions as (
            select landing_seq, ocpi_version from inspected where ocpi_version is not null
            group by landing_seq, ocpi_version
            qualify row_number() over (partition by landing_seq order by count(*) desc, ocpi_version) = 1
        ),

        parties as (
            select landing_seq, list(distinct upper(country_code) || '*' || upper(party_id)) as parties
            from inspected where country_code <> '' and party_id <> ''
            group by landing_seq
        )

        select
            landing_seq,
            landing_seq in (select landing_seq from landing_shapes) as is_json,
            modules.module,
            versions.ocpi_version,
            coalesce(parties.parties, []) as parties,
        from (select unnest($pages::bigint[]) as landing_seq) as pages
        left join modules using (landing_seq)
        left join versions using (landing_seq)
        left join parties using (landing_seq)
        """,
        {"pages": [number for number, _ in pages]},
    ).fetchall()
    return {number: _Seen(*values) for number, *values in rows}
