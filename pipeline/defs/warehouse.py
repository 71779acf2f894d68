"""The dbt models as assets and the dbt data tests as their checks, built by dbt in this process."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_subset_selection_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt_common.events.base_types import EventMsg
from google.protobuf.json_format import MessageToDict

from pipeline.dbt_runner import BuildFailed
from pipeline.defs.resources import Night
from pipeline.nightly import build_tables

# Unit tests prove the code, not the night's data, and are no nodes of the nightly build.
_EXCLUDED = "resource_type:unit_test"


def warehouse_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Make one asset a seed and model, one check a data test, from the manifest."""

    @dbt_assets(manifest=manifest, exclude=_EXCLUDED, name="dbt")
    def dbt_models(context: dg.AssetExecutionContext, night: Night) -> Iterator[Any]:
        events: list[DbtCoreCliEventMessage] = []

        def follow(event: EventMsg) -> None:
            raw_event = MessageToDict(event, preserving_proto_field_name=True)
            events.append(DbtCoreCliEventMessage(raw_event=raw_event, event_history_metadata={}))

        failure = None
        try:
            build_tables(
                night.paths, as_of=night.as_of(context), select=_selection(context, manifest), callbacks=[follow]
            )
        except BuildFailed as error:
            failure = error
        for event in events:
            yield from event.to_default_asset_events(manifest=manifest, context=context)
        if failure:
            # What lies downstream, the published version first of all, must not happen.
            raise dg.Failure(str(failure), allow_retries=False) from failure

    return dbt_models


def _selection(context: dg.AssetExecutionContext, manifest: Mapping[str, Any]) -> list[str]:
    """Give dbt's arguments for the part that somebody chose in the UI; empty for the whole project."""
    if not context.is_subset:
        return []
    select, indirect = get_subset_selection_for_context(
        context=context,
        manifest=manifest,
        select="fqn:*",
        exclude=_EXCLUDED,
        selector=None,
        dagster_dbt_translator=DagsterDbtTranslator(),
        current_dbt_indirect_selection_env=None,
    )
    return [*select, *(("--indirect-selection", indirect) if indirect else ())]
