{{ config(materialized='view') }}

select
    suite,
    module,
    object_type,
    object_key,
    object_label,
    object_hash,
    landing_seq,
    ordinal,
    partner,
    rule_code,
    observed
from {{ source('quality', 'gx_hits') }}
