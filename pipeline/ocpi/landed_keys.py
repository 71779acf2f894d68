"""What a half pull has read already, from its pages in landing."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.landing.bodies import read_body
from pipeline.landing.manifest import LandedPage
from pipeline.ocpi.answer import Answer, read_page
from pipeline.ocpi.reading import Reading
from pipeline.settings import Paths


def keys_of_landed(paths: Paths, pages: Sequence[LandedPage]) -> Reading:
    """Count landed pages as if they had just been read, one in memory at a time."""
    reading = Reading()
    for page in pages:
        body = read_body(paths.landing / page.body)
        content = read_page(Answer(page.url or "", 200, {}, body, page.sha256))
        reading.add(
            content.object_keys,
            total_count=page.declared_total_count,
            newest_last_updated=content.newest_last_updated,
        )
    return reading


def last_reading(pages: Sequence[LandedPage]) -> list[LandedPage]:
    """The pages of the last walk through the window: each one lies where the page before it says that it goes on."""
    walk: list[LandedPage] = []
    for page in sorted(pages, key=lambda page: page.page_no):
        if walk and page.url != walk[-1].next_url:
            walk = []
        walk.append(page)
    return walk
