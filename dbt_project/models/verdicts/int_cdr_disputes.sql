with opened as (

    select
        *,
        row_number() over (partition by object_key order by event_number desc) as newest_rank,
    from {{ ref('stg_ledger__events') }}
    where event_type = 'dispute_opened' and object_type = 'cdr'

),

final as (

    select
        object_key as cdr_key,
        count(distinct dispute_id) as dispute_count,
        min(event_at) as first_disputed_at,
        max(case when newest_rank = 1 then dispute_reason_code end) as dispute_reason_code,
        max(case when newest_rank = 1 then disputed_excl_vat end) as disputed_excl_vat,
    from opened
    group by object_key

)

select * from final
