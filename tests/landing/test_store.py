"""What lands, what is skipped, what is refused, and that a crash loses nothing that counted."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from pathlib import Path

import pytest

from pipeline.landing import bodies, store
from pipeline.landing.bodies import read_body
from pipeline.landing.inbox import collect
from pipeline.landing.manifest import Manifest
from pipeline.landing.store import land_path
from pipeline.partners import Config
from pipeline.settings import Paths, UserError
from tests.landing.bench import RECEIVED_AT, Bench
from tests.landing.objects import cdr, cdr_211, location, session_211, tariff, token


def test_the_body_is_kept_byte_for_byte(bench: Bench) -> None:
    body = b'\xef\xbb\xbf{ "data" : [ {"uid":"U1", "x": 0.10} ] }\r\n'
    bench.land(bench.put("a.json", body))
    (page,) = Manifest(bench.paths.landing).pages()
    assert read_body(bench.paths.landing / page.body) == body
    assert (page.sha256, page.size_bytes) == (hashlib.sha256(body).hexdigest(), len(body))


def test_a_folder_is_walked_and_what_holds_no_json_is_listed_and_skipped(bench: Bench) -> None:
    bench.put("a/1.json", json.dumps([token()]))
    bench.put("b/2.txt", json.dumps([token("U2")]))
    bench.put("b/readme.md", "# Hello")
    bench.put("b/broken.txt", '{"data": [')
    bench.put("b/data.csv", "a,b\n1,2\n")
    bench.put("b/half.json.part", "[")
    bench.put(".hidden/x.json", "[]")
    result = bench.land(bench.drop)
    assert [file.source_name for file in result.files] == ["some-sender/a/1.json", "some-sender/b/2.txt"]
    assert {skipped.source_name.rpartition("/")[2] for skipped in result.skipped} == {
        "readme.md",
        "broken.txt",
        "data.csv",
        "half.json.part",
    }


def test_an_empty_or_broken_json_file_of_a_folder_lands_and_is_quarantined(bench: Bench) -> None:
    bench.put("1.json", json.dumps([token()]))
    bench.put("2.json", b"")
    bench.put("3.json", b"{")
    bench.land(bench.drop)
    assert [account.reasons for account in bench.load()] == [{}, {"body_empty": 1}, {"body_not_json": 1}]


@pytest.mark.parametrize("files", [{}, {"readme.md": "hi"}, {"package.json": '{"name": "x", "version": "1"}'}])
def test_a_folder_without_ocpi_objects_is_an_error_and_lands_nothing(bench: Bench, files: dict[str, str]) -> None:
    for name, body in files.items():
        bench.put(name, body)
    with pytest.raises(UserError, match="holds no OCPI objects"):
        bench.land(bench.drop)
    assert Manifest(bench.paths.landing).pages() == []
    assert not list(bench.paths.landing.rglob("*.zst"))


def test_a_missing_path_is_an_error_that_names_it(bench: Bench) -> None:
    with pytest.raises(UserError, match=r"nowhere\.json does not exist"):
        bench.land(bench.drop / "nowhere.json")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"module": "cdr"}, "is no module; use one of locations"),
        ({"partner": "NL CPI"}, "is no partner name"),
        ({"ocpi_version": "1.9"}, "is not supported"),
    ],
)
def test_an_impossible_option_is_an_error(bench: Bench, options: dict[str, str], expected: str) -> None:
    with pytest.raises(UserError, match=expected):
        bench.land(bench.put("1.json", "[]"), **options)


def test_option_goes_before_sidecar_before_path_before_objects(bench: Bench) -> None:
    place = "nl-abc/2.2.1/cdrs"
    bench.put(f"{place}/1.json", json.dumps([tariff()]))
    by_path = bench.land(bench.drop).files[0]
    assert (by_path.partner, by_path.ocpi_version, by_path.module) == ("nl-abc", "2.2.1", "cdrs")
    bench.put(f"{place}/manifest.json", json.dumps({"partner": "nl-side", "module": "tariffs"}))
    by_sidecar = bench.land(bench.drop).files[0]
    assert (by_sidecar.partner, by_sidecar.ocpi_version, by_sidecar.module) == ("nl-side", "2.2.1", "tariffs")
    by_option = bench.land(bench.drop, partner="nl-opt", ocpi_version="2.3").files[0]
    assert (by_option.partner, by_option.ocpi_version, by_option.module) == ("nl-opt", "2.3.0", "tariffs")
    assert by_option.identified_by == {"partner": "option", "ocpi_version": "option", "module": "sidecar"}


TELLING: list[tuple[object, str, str]] = [
    (token(), "tokens", "2.2.1"),
    ({"uid": "1", "auth_id": "NL-RLG-C00000001-X", "issuer": "x", "valid": True}, "tokens", "2.1.1"),
    (location(), "locations", "2.2.1"),
    (location(country_code="NL", publish=None), "locations", "2.2.1"),
    (tariff(), "tariffs", "2.2.1"),
    (tariff(tax_included="YES"), "tariffs", "2.3.0"),
    (session_211(), "sessions", "2.1.1"),
    (session_211() | {"cdr_token": {"uid": "1"}, "country_code": "NL"}, "sessions", "2.1.1"),
    (cdr_211(), "cdrs", "2.1.1"),
    (cdr(), "cdrs", "2.2.1"),
    (cdr(total_cost={"before_taxes": 1.5}), "cdrs", "2.3.0"),
]


def test_objects_tell_their_module_and_version(bench: Bench) -> None:
    for number, (thing, _, _) in enumerate(TELLING):
        bench.put(f"{number:02}.json", json.dumps([thing]))
    files = bench.land(bench.drop).files
    assert [(file.module, file.ocpi_version) for file in files] == [(module, version) for _, module, version in TELLING]


def test_one_party_in_all_objects_is_the_partner_and_several_leave_it_to_the_folder(configured: Bench) -> None:
    one = configured.land(configured.put("1.json", json.dumps([tariff()]))).files[0]
    other = configured.land(configured.put("2.json", json.dumps([tariff(party_id="ABC")]))).files[0]
    several = configured.land(configured.put("3.json", json.dumps([tariff(), tariff(party_id="ABC")]))).files[0]
    assert [file.partner for file in (one, other, several)] == ["nl-cpi", "nl-abc", "some-sender"]


def test_what_nothing_identifies_lands_and_is_quarantined_whole(bench: Bench) -> None:
    account = bench.account("1.json", json.dumps([{"status": "AVAILABLE"}, {"status": "CHARGING"}]))
    assert (account.module, account.received, account.reasons) == ("unidentified", 1, {"landing_unidentified": 1})


def test_files_of_one_folder_and_module_are_one_pull_with_page_numbers(bench: Bench) -> None:
    for number in (1, 2):
        bench.put(f"nl-cpi/2.2.1/cdrs/page-{number}.json", json.dumps([cdr(f"C{number}")]))
    bench.put("nl-cpi/2.2.1/cdrs/manifest.json", json.dumps({"full": True, "received_at": "2026-10-30T01:00:00Z"}))
    bench.put("nl-cpi/2.2.1/tariffs/page-1.json", json.dumps([tariff()]))
    bench.land(bench.drop, received_at=None)
    pages = Manifest(bench.paths.landing).pages()
    assert [(page.pull_id, page.page_no, page.is_full_pull) for page in pages][:2] == [
        ("20261030T010000Z-nl-cpi-cdrs-000001", 1, True),
        ("20261030T010000Z-nl-cpi-cdrs-000001", 2, True),
    ]
    assert pages[2].pull_id.endswith("nl-cpi-tariffs-000003")
    assert not pages[2].is_full_pull


def test_a_wrong_sidecar_is_named_and_a_manifest_json_of_another_kind_is_a_file(bench: Bench) -> None:
    bench.put("1.json", json.dumps([token()]))
    sidecar = bench.put("manifest.json", json.dumps({"partner": "own", "recieved_at": "x"}))
    with pytest.raises(UserError, match="recieved_at"):
        bench.land(bench.drop)
    sidecar.write_text(json.dumps([token("U2")]))
    assert len(bench.land(bench.drop).files) == 2


def test_large_ndjson_is_cut_into_pages_at_line_ends(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "NDJSON_PAGE_BYTES", 5000)
    monkeypatch.setattr(bodies, "_CHUNK", 1000)
    account = bench.account("1.ndjson", "\n".join(json.dumps(token(f"U{n}")) for n in range(100)))
    assert (account.received, account.loaded) == (100, 100)
    assert bench.rows("select count(*) > 2, count(distinct pull_id), count(distinct source_name) from raw.pages") == [
        (True, 1, 1)
    ]


def test_a_crash_before_the_manifest_leaves_landing_as_it_was(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.land(bench.put("1.json", json.dumps([token("U1")])))

    def crash(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(store, "sync_folder", crash)
        with pytest.raises(OSError, match="disk full"):
            bench.land(bench.put("2.json", json.dumps([token("U2")])))
    assert len(Manifest(bench.paths.landing).pages()) == 1
    bench.land(bench.drop / "2.json")
    assert [account.loaded for account in bench.load()] == [1, 1]


def test_a_manifest_line_cut_by_a_crash_is_dropped_by_the_next_landing(bench: Bench) -> None:
    bench.land(bench.put("1.json", json.dumps([token("U1")])))
    manifest = Manifest(bench.paths.landing)
    with manifest.path.open("ab") as file:
        file.write(b'{"landing_seq": 2, "pull')
    assert len(manifest.pages()) == 1
    bench.land(bench.put("2.json", json.dumps([token("U2")])))
    assert [page.landing_seq for page in manifest.pages()] == [1, 2]


def test_a_damaged_manifest_is_named_with_its_line(bench: Bench) -> None:
    bench.land(bench.put("1.json", json.dumps([token("U1")])))
    path = bench.paths.landing / "manifest.ndjson"
    path.write_bytes(b"{}\n" + path.read_bytes())
    with pytest.raises(UserError, match=r"manifest\.ndjson, line 1 is damaged"):
        bench.load()


def _land_many(data: str, source: str) -> None:
    for _ in range(5):
        land_path(Paths(Path(data)), Config(), Path(source))


def test_two_processes_landing_at_once_number_every_page_once(bench: Bench) -> None:
    source = bench.put("1.json", json.dumps([token()]))
    context = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
    workers = [context.Process(target=_land_many, args=(str(bench.paths.data), str(source))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [page.landing_seq for page in Manifest(bench.paths.landing).pages()] == list(range(1, 11))


def test_the_inbox_is_landed_by_its_folders_and_emptied(configured: Bench) -> None:
    inbox = configured.paths.inbox
    for place, thing in (("nl-cpi/2.1.1/cdrs", cdr_211()), ("nl-cpi/2.1.1/tariffs", tariff())):
        (inbox / place).mkdir(parents=True)
        (inbox / place / "page-1.json").write_text(json.dumps([thing]))
    (inbox / "nl-cpi/2.1.1/tariffs/manifest.json").write_text(json.dumps({"full": True}))
    (inbox / "stray.json").write_text("[]")
    first = collect(configured.paths, configured.config, modules=["tariffs", "locations"], received_at=RECEIVED_AT)
    assert [file.source_name for file in first.files] == ["nl-cpi/2.1.1/tariffs/page-1.json"]
    second = collect(configured.paths, configured.config, received_at=RECEIVED_AT)
    assert [(file.module, file.ocpi_version) for file in second.files] == [("cdrs", "2.1.1")]
    assert any("stray.json" in note for note in second.notes)
    assert collect(configured.paths, configured.config).files == []
    assert sorted(path.name for path in (inbox / ".landed").rglob("*") if path.is_file()) == [
        "manifest.json",
        "page-1.json",
        "page-1.json",
    ]


def test_a_mistake_of_one_partner_does_not_keep_the_others_in_the_inbox(configured: Bench) -> None:
    for partner, sidecar in (("aa-bad", '{"full": "perhaps"}'), ("nl-cpi", '{"full": true}')):
        folder = configured.paths.inbox / partner / "2.2.1" / "tariffs"
        folder.mkdir(parents=True)
        (folder / "1.json").write_text(json.dumps([tariff()]))
        (folder / "manifest.json").write_text(sidecar)
    result = collect(configured.paths, configured.config)
    assert [file.partner for file in result.files] == ["nl-cpi"]
    assert any("aa-bad" in note for note in result.notes)
