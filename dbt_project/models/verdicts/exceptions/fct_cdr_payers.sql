with events as (

    select
        object_key as cdr_key,
        event_number,
        event_at,
        user_name,
        reason,
        row_number() over (partition by object_key order by event_number desc) as newest_rank,
    from {{ ref('stg_ledger__events') }}
    where event_type = 'cdr_reassigned' and object_type = 'cdr'

),

payers as (

    select * from {{ ref('stg_ledger__payers') }}

),

cdrs as (

    select
        cdr_key,
        cdr_label,
        partner,
    from {{ ref('fct_cdrs') }}

),

final as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        payers.contract_id,
        payers.share_percent,
        events.user_name as decided_by,
        events.reason as decision_reason,
        events.event_at as decided_at,
        events.event_number as decision_event_number,
    from events
    inner join payers
        on events.event_number = payers.event_number
    inner join cdrs
        on events.cdr_key = cdrs.cdr_key
    where events.newest_rank = 1

)

select * from final
