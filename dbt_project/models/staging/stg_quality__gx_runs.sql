{{ config(materialized='view') }}

select
    suite,
    module,
    partner,
    landing_seq,
    received_at,
    evaluated_count,
    failed_count
from {{ source('quality', 'gx_runs') }}
