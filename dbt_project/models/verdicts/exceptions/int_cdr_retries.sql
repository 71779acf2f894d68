select
    object_key as cdr_key,
    max(event_at) as retried_at,
from {{ ref('stg_ledger__events') }}
where event_type = 'cdr_decided' and object_type = 'cdr' and decision = 'retry'
group by object_key
