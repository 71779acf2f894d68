select
    module,
    partner,
    ocpi_version,
    landing_seq,
    pull_id,
    page_no,
    ordinal,
    received_at,
    code as quarantine_code,
    detail,
from {{ source('raw', 'rejects') }}
