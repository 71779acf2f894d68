{{ config(materialized='view') }}

-- Of objects other than CDRs the partner sends versions; the month is that of the first of them.
with versions as (

    select * from {{ ref('stg_raw__versions') }}
    where module in ('locations', 'tariffs', 'tokens')

),

received as (

    select
        'cdr' as object_type,
        cdr_key as object_key,
        partner,
        coalesce(currency, 'XXX') as currency,
        first_received_at
    from {{ ref('fct_cdrs') }}

    union all

    select
        'session' as object_type,
        session_key as object_key,
        partner,
        cast(null as varchar) as currency,
        first_received_at
    from {{ ref('fct_sessions') }}

    union all

    select
        'evse' as object_type,
        evse_key as object_key,
        min(partner) as partner,
        cast(null as varchar) as currency,
        min(seen_from_at) as first_received_at
    from {{ ref('dim_evses') }}
    group by evse_key

    union all

    select
        rtrim(module, 's') as object_type,
        object_key,
        min(partner) as partner,
        cast(null as varchar) as currency,
        min(received_at) as first_received_at
    from versions
    group by module, object_key

),

final as (

    select
        object_type,
        case object_type when 'evse' then 'locations' else object_type || 's' end as module,
        object_key,
        partner,
        currency,
        {{ month_of(utc_date('first_received_at')) }} as receipt_month
    from received

)

select * from final
