{{ config(materialized='view') }}

select
    suite,
    object_type,
    rule_code,
    partner,
    landing_seq,
    received_at,
    evaluated_count,
    failed_count
from {{ source('quality', 'gx_rule_runs') }}
