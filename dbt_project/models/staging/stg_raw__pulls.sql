{{ config(materialized='view') }}

select
    pull_id,
    partner,
    module,
    kind,
    started_at,
    window_from,
    window_to,
    ended_at,
    outcome,
    page_count,
    object_count,
    total_count,
    read_count,
    newest_last_updated,
    fault,
    message,
    http_status,
    ocpi_status,
    url,
    failed_body
from {{ source('raw', 'pulls') }}
