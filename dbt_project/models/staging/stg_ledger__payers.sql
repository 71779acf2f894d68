{{ config(materialized='view') }}

with events as (

    select
        seq,
        object_key,
        unnest(from_json(payload -> 'payers', '[{"contract_id": "VARCHAR", "share_percent": "VARCHAR"}]')) as payer
    from {{ source('ledger', 'events') }}
    where event_type = 'cdr_reassigned' and object_type = 'cdr'

),

final as (

    select
        seq as event_number,
        object_key as cdr_key,
        payer.contract_id,
        cast(payer.share_percent as decimal(9, 6)) as share_percent
    from events

)

select * from final
