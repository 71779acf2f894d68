{{ config(materialized='view') }}

select
    landing_seq,
    pull_id,
    page_no,
    partner,
    module,
    ocpi_version,
    source_name,
    transport,
    is_full_pull,
    received_at,
    shape,
    declared_total_count,
    received_count,
    loaded_count,
    quarantined_count,
    duplicate_count
from {{ source('raw', 'pages') }}
