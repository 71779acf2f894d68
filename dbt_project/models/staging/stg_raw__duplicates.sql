select
    module,
    object_key,
    object_hash,
    partner,
    landing_seq,
    pull_id,
    page_no,
    ordinal,
    received_at,
    is_full_pull,
from {{ source('raw', 'duplicates') }}
