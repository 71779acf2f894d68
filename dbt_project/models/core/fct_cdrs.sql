with cdrs as (

    select * from {{ ref('int_cdrs_zoned') }}

),

first_pulls as (

    select * from {{ ref('int_first_cdr_pulls') }}

),

our_cpos as (

    select * from {{ ref('stg_config__our_parties') }}
    where role = 'CPO'

),

-- What a partner sent with its first pull is history: how long it took to arrive cannot be known. A credit comes
-- whenever something is found wrong, so it has no delay.
placed as (

    select
        cdrs.*,
        first_pulls.pull_id is null and not cdrs.is_credit as is_late_measurable,
        case when our_cpos.party_id is not null then 'outbound' else 'inbound' end as direction,
        {{ local_date('coalesce(cdrs.ended_at, cdrs.started_at, cdrs.first_received_at)', 'cdrs.time_zone') }} as session_date
    from cdrs
    left join first_pulls on cdrs.partner = first_pulls.partner and cdrs.pull_id = first_pulls.pull_id
    left join our_cpos on cdrs.country_code = our_cpos.country_code and cdrs.party_id = our_cpos.party_id

),

final as (

    select
        * exclude (session_date),
        {{ local_time('started_at', 'time_zone') }} as started_local_at,
        {{ local_time('ended_at', 'time_zone') }} as ended_local_at,
        session_date,
        cast(date_trunc('month', session_date) as date) as billing_month,
        case
            when is_late_measurable
                then cast(date_diff('second', ended_at, first_received_at) / 3600.0 as decimal(18, 6))
        end as delivery_latency_h
    from placed

)

select * from final
