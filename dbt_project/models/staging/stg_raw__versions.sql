{{ config(materialized='view') }}

{%- for module in ['locations', 'tariffs', 'sessions', 'cdrs', 'tokens'] %}
{{ "union all" if not loop.first }}
select
    '{{ module }}' as module,
    object_key,
    object_hash,
    partner,
    ocpi_version,
    landing_seq,
    pull_id,
    page_no,
    ordinal,
    received_at,
    is_full_pull
from {{ source('raw', module) }}
{%- endfor %}
