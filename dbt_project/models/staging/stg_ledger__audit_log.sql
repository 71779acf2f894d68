{{ config(materialized='view') }}

select
    seq as entry_number,
    recorded_at,
    user_name,
    action,
    subject,
    counts,
    sha256 as content_sha256,
    detail,
    prev_hash as previous_hash,
    hash as entry_hash,
from {{ source('ledger', 'audit_log') }}
