{{ config(materialized='view') }}

select
    suite,
    module,
    object_type,
    object_key,
    object_label,
    object_hash,
    partner,
    rule_code,
    observed
from {{ source('quality', 'gx_hits') }}
