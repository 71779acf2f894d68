"""Files into landing: identified, kept byte for byte, numbered in order of receipt."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.landing.bodies import StagedFile, stage_file
from pipeline.landing.identify import Identity, Question, Told, hint_by_path, identify, told, told_by_path
from pipeline.landing.manifest import UNIDENTIFIED, LandedPage, Manifest, sync_folder
from pipeline.landing.sidecar import SIDECAR, Sidecar, read_sidecar
from pipeline.partners import Config
from pipeline.settings import Paths, UserError

# A file with such an ending is a body even when it is empty or broken; another one only when it holds JSON.
_JSON_ENDINGS = (".json", ".ndjson", ".jsonl")
# Under such names senders write a file that is not complete yet.
UNFINISHED_ENDINGS = (".part", ".filepart", ".tmp")


@dataclass(frozen=True)
class LandedFile:
    """One file that landed, and what it was taken for."""

    source_name: str
    pull_id: str
    partner: str
    module: str
    ocpi_version: str | None
    page_count: int
    size_bytes: int
    identified_by: dict[str, str]

    @property
    def is_identified(self) -> bool:
        return self.module != UNIDENTIFIED


@dataclass(frozen=True)
class SkippedFile:
    """One file that was looked at and left alone."""

    source_name: str
    reason: str


@dataclass(frozen=True)
class LandingResult:
    """What `land_path` did; `notes` are sentences for the user."""

    files: list[LandedFile] = field(default_factory=list)
    skipped: list[SkippedFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def page_count(self) -> int:
        return sum(file.page_count for file in self.files)


@dataclass(frozen=True)
class _Candidate:
    """A staged file with what is known before anybody looked inside."""

    source: Path
    source_name: str
    staged: StagedFile
    told: Told
    sidecar: Sidecar
    must_be_json: bool


def land_path(
    paths: Paths,
    config: Config,
    path: Path,
    *,
    partner: str | None = None,
    module: str | None = None,
    ocpi_version: str | None = None,
    received_at: datetime | None = None,
    now: datetime | None = None,
    full: bool | None = None,
    named_from: Path | None = None,
    may_be_empty: bool = False,
) -> LandingResult:
    """Land one file, or every file with JSON below a folder: all of it or, when that fails, nothing.

    Partner, module and version come from these options, else the sidecar, the path, the objects. The moment of receipt
    is `received_at`, else the sidecar's, else `now`, which a caller of several paths gives once for all of them. Files
    are called by their way down from `named_from`, else from the folder that `path` lies in.
    Raises UserError for a path that does not exist and, unless `may_be_empty`, for a folder without OCPI objects.
    """
    path = path.resolve()
    options = told("option", partner, module, ocpi_version)
    incoming = paths.landing / ".incoming" / uuid.uuid4().hex
    try:
        candidates, skipped = _stage(config, path, incoming, options, named_from or path.parent)
        folder = path.name if path.is_dir() else path.parent.name
        questions = [
            Question(item.staged.pages[0], item.told, hint_by_path(item.source), folder) for item in candidates
        ]
        identities = identify(config, questions, incoming / "spill")
        kept: list[tuple[_Candidate, Identity]] = []
        for candidate, identity in zip(candidates, identities, strict=True):
            if candidate.must_be_json and identity.is_json is False:
                skipped.append(SkippedFile(candidate.source_name, "holds no JSON that can be read"))
            else:
                kept.append((candidate, identity))
        if path.is_dir() and not may_be_empty and not any(identity.module for _, identity in kept):
            raise UserError(
                f"{path} holds no OCPI objects: {len(kept)} JSON files and {len(skipped)} others were looked at;"
                " name a folder of OCPI answers, or say with --partner and --module what the files are"
            )
        files = _commit(paths, kept, received_at, now or datetime.now(UTC), full)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    return LandingResult(files, sorted(skipped, key=lambda item: item.source_name), _notes(config, files))


def files_of(path: Path) -> list[Path]:
    """The file itself, or every file below a folder that is not hidden.

    Raises UserError when there is no such path.
    """
    if not path.exists():
        raise UserError(f"{path} does not exist; check the spelling")
    if path.is_file():
        return [path]
    return sorted(
        item
        for item in path.rglob("*")
        if item.is_file() and not any(part.startswith(".") for part in item.relative_to(path).parts)
    )


def is_named_json(path: Path) -> bool:
    """Whether the name says JSON, compressed or not."""
    return any(suffix.lower() in _JSON_ENDINGS for suffix in path.suffixes)


def _stage(
    config: Config, path: Path, incoming: Path, options: Told, named_from: Path
) -> tuple[list[_Candidate], list[SkippedFile]]:
    candidates: list[_Candidate] = []
    skipped: list[SkippedFile] = []
    sidecars: dict[Path, Sidecar | None] = {}
    for source in files_of(path):
        folder = source.parent
        if folder not in sidecars:
            sidecars[folder] = read_sidecar(folder / SIDECAR)
        if source.name == SIDECAR and sidecars[folder]:
            continue
        sidecar = sidecars[folder] or Sidecar()
        if source != path and source.suffix.lower() in UNFINISHED_ENDINGS:
            skipped.append(SkippedFile(str(source.relative_to(named_from)), "is not complete yet"))
            continue
        name = str(source.relative_to(named_from))
        must_be_json = source != path and not is_named_json(source)
        try:
            staged = stage_file(source, incoming)
        except OSError as error:
            raise UserError(f"{source} cannot be read: {error.strerror or error}") from error
        if must_be_json and not staged.looks_like_json:
            skipped.append(SkippedFile(name, "holds no JSON"))
            continue
        known = options.or_else(told("sidecar", sidecar.partner, sidecar.module, sidecar.ocpi_version)).or_else(
            told_by_path(source, config)
        )
        candidates.append(_Candidate(source, name, staged, known, sidecar, must_be_json))
    return candidates, skipped


def _commit(
    paths: Paths,
    kept: Sequence[tuple[_Candidate, Identity]],
    received_at: datetime | None,
    now: datetime,
    full: bool | None,
) -> list[LandedFile]:
    """Move the bodies into their pulls, make them durable, then append their manifest rows in one go."""
    manifest = Manifest(paths.landing)
    with manifest.locked():
        seq = manifest.last_seq()
        pages: list[LandedPage] = []
        files: list[LandedFile] = []
        pulls: dict[tuple[object, ...], tuple[str, int]] = {}
        for candidate, identity in kept:
            received = _in_utc(received_at or candidate.sidecar.received_at or now)
            is_full = bool(candidate.sidecar.full if full is None else full)
            partner, module = identity.partner or UNIDENTIFIED, identity.module or UNIDENTIFIED
            key = (candidate.source.parent, partner, module, identity.ocpi_version, received, is_full)
            for staged in candidate.staged.pages:
                seq += 1
                pull_id, page_no = pulls.get(key, (f"{received:%Y%m%dT%H%M%SZ}-{partner}-{module}-{seq:06d}", 0))
                pulls[key] = (pull_id, page_no + 1)
                body = Path("pulls", pull_id, f"{page_no + 1:04d}.json.zst")
                _move(staged.path, paths.landing / body)
                pages.append(
                    LandedPage(
                        landing_seq=seq,
                        pull_id=pull_id,
                        page_no=page_no + 1,
                        partner=partner,
                        module=module,
                        ocpi_version=identity.ocpi_version,
                        source_name=candidate.source_name,
                        transport="file",
                        is_full_pull=is_full,
                        received_at=received,
                        sha256=staged.sha256,
                        size_bytes=staged.size_bytes,
                        declared_total_count=None,
                        body=body.as_posix(),
                        identified_by=identity.sources,
                    )
                )
            files.append(
                LandedFile(
                    candidate.source_name,
                    pulls[key][0],
                    partner,
                    module,
                    identity.ocpi_version,
                    len(candidate.staged.pages),
                    sum(staged.size_bytes for staged in candidate.staged.pages),
                    identity.sources,
                )
            )
        for folder in {(paths.landing / page.body).parent for page in pages}:
            sync_folder(folder)
        if pages:
            sync_folder(paths.landing / "pulls")
            manifest.append(pages)
    return files


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _move(staged: Path, body: Path) -> None:
    body.parent.mkdir(parents=True, exist_ok=True)
    staged.replace(body)
    body.chmod(0o444)


def _notes(config: Config, files: Sequence[LandedFile]) -> list[str]:
    unknown = sorted({file.partner for file in files if file.is_identified and not config.partner(file.partner)})
    notes = []
    if unknown:
        notes.append(
            f"not in partners.yml: {', '.join(unknown)}; objects that do not name their party can then only be"
            " keyed by their EVSE ids"
        )
    unidentified = [file.source_name for file in files if not file.is_identified]
    if unidentified:
        notes.append(f"{len(unidentified)} files were not identified and will be quarantined whole")
    return notes
