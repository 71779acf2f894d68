"""A page as one HTML file that holds its styles and asks for nothing from outside."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.explain.page import Page


def render_html(page: Page) -> str:
    """Render the page; the template escapes every text."""
    environment = Environment(
        loader=PackageLoader("pipeline.explain"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment.get_template("explanation.html.j2").render(page=page)
