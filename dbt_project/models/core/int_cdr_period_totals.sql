-- What the charging periods of the version that stands say together.
with cdrs as (

    select
        cdr_no,
        cdr_key
    from {{ ref('fct_cdrs') }}

),

periods as (

    select * from {{ ref('stg_ocpi__cdr_periods') }}

),

summed as (

    select
        cdr_no,
        min(started_at) as first_started_at,
        max(started_at) as last_started_at,
        bool_or(started_at is null) as has_period_without_start,
        bool_or(coalesce(next_started_at <= started_at, false)) as has_disorder,
        bool_or(has_unreadable_volume) as has_unreadable_volume,
        bool_or(coalesce(time_h, parking_time_h, reservation_time_h) is null) as has_period_without_time,
        sum(energy_kwh) as energy_kwh,
        max(max_power_kw) as max_power_kw,
        sum(time_h) as time_h,
        sum(parking_time_h) as parking_time_h,
        sum(reservation_time_h) as reservation_time_h
    from periods
    group by cdr_no

),

final as (

    select
        cdrs.cdr_key,
        summed.*
    from summed
    inner join cdrs
        on summed.cdr_no = cdrs.cdr_no

)

select * from final
