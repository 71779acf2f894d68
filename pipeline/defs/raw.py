"""Assets from partners and inbox to raw, and what dbt reads beside it: configuration and ledger."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from pipeline.defs.pulls import pull_metadata, report_partitions, tell_faults
from pipeline.defs.resources import Night
from pipeline.nightly import collect_landing, load_raw_tables, load_sources, pull_landing
from pipeline.ocpi.pull_partners import PullRequest

RAW_TABLES = (
    *("pages", "locations", "tariffs", "sessions", "cdrs", "tariff_sets", "tokens"),
    *("duplicates", "rejects", "pulls"),
)
CONFIG_TABLES = (
    "our_parties",
    "partners",
    "partner_operator_ids",
    "partner_policies",
    "agreements",
    "rule_overrides",
    "exception_terms",
    "calendar_days",
)


class LandingConfig(dg.Config):
    """Which modules to land, all when empty, and whether partners are pulled from."""

    modules: list[str] = Field(default_factory=list)
    pull: bool = True


@dg.asset(group_name="landing", kinds={"json"})
def landing(context: dg.AssetExecutionContext, config: LandingConfig, night: Night) -> dg.MaterializeResult:
    """Bytes as received: pulled from the partners that are connected, and moved from the inbox; nothing more."""
    pulls = pull_landing(night.paths, PullRequest(modules=config.modules)) if config.pull else []
    tell_faults(context, pulls)
    if not config.modules:
        report_partitions(context, pulls)
    result = collect_landing(night.paths, modules=config.modules or None)
    for skipped in result.skipped:
        context.log.warning(f"{skipped.source_name}: {skipped.reason}")
    return dg.MaterializeResult(
        metadata={
            "file_count": len(result.files),
            "skipped_count": len(result.skipped),
            **{f"pulled_{name}": count for name, count in pull_metadata(pulls).items()},
        }
    )


@dg.multi_asset(
    specs=[dg.AssetSpec(["raw", table], deps=["landing"], kinds={"duckdb"}) for table in RAW_TABLES],
    group_name="raw",
)
def raw_tables(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Every landed page that raw does not hold yet, object by object."""
    accounts = load_raw_tables(night.paths, tell=context.log.warning)
    for table in RAW_TABLES:
        of_table = [account for account in accounts if table in ("pages", account.module)]
        yield dg.MaterializeResult(
            asset_key=["raw", table],
            metadata={
                "received_count": sum(account.received for account in of_table),
                "loaded_count": sum(account.loaded for account in of_table),
                "quarantined_count": sum(account.quarantined for account in of_table),
                "duplicate_count": sum(account.duplicates for account in of_table),
            },
        )


@dg.multi_asset(
    specs=[
        *(dg.AssetSpec(["config", table], kinds={"yaml"}) for table in CONFIG_TABLES),
        dg.AssetSpec(["ledger", "events"], kinds={"json"}),
        dg.AssetSpec(["ledger", "audit_log"], kinds={"json"}),
    ],
    group_name="sources",
)
def configuration_and_ledger(night: Night) -> Iterator[dg.MaterializeResult]:
    """Configuration, what people decided and the audit log, written into the warehouse for dbt."""
    position = load_sources(night.paths)
    for table in CONFIG_TABLES:
        yield dg.MaterializeResult(asset_key=["config", table])
    yield dg.MaterializeResult(asset_key=["ledger", "events"], metadata={"ledger_position": position})
    yield dg.MaterializeResult(asset_key=["ledger", "audit_log"])
