"""The dbt project knows what the pages read."""

from __future__ import annotations

import re

import yaml

from pipeline.dashboard import queries, suite_records
from pipeline.settings import DBT_PROJECT_DIR


def test_the_exposures_name_every_table_that_a_page_reads_and_no_other() -> None:
    exposures = yaml.safe_load((DBT_PROJECT_DIR / "models" / "kpis" / "_exposures.yml").read_text())["exposures"]
    named = {re.sub(r"ref\('(\w+)'\)", r"\1", table) for exposure in exposures for table in exposure["depends_on"]}
    statements = [
        value
        for module in (queries, suite_records)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    ]
    read = set(re.findall(r"(?:from|join) \w+\.(\w+)", "\n".join(statements)))
    # Written by the publishing itself, so dbt does not know it.
    assert read - {"published_version"} == named
