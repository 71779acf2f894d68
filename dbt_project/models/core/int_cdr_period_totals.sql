-- What the charging periods of the version that stands say together.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

periods as (

    select * from {{ ref('stg_ocpi__cdr_periods') }}

),

ordered as (

    select
        cdrs.cdr_key,
        periods.period_position,
        periods.started_at,
        periods.energy_kwh,
        periods.time_h,
        periods.parking_time_h,
        periods.reservation_time_h,
        periods.has_unreadable_volume,
        lag(periods.started_at) over (partition by cdrs.cdr_key order by periods.period_position) as previous_started_at
    from cdrs
    inner join periods
        on cdrs.cdr_no = periods.cdr_no

),

final as (

    select
        cdr_key,
        min(started_at) as first_started_at,
        max(started_at) as last_started_at,
        bool_or(started_at is null) as has_period_without_start,
        bool_or(coalesce(started_at <= previous_started_at, false)) as has_disorder,
        bool_or(has_unreadable_volume) as has_unreadable_volume,
        bool_or(coalesce(time_h, parking_time_h, reservation_time_h) is null) as has_period_without_time,
        sum(energy_kwh) as energy_kwh,
        sum(time_h) as time_h,
        sum(parking_time_h) as parking_time_h,
        sum(reservation_time_h) as reservation_time_h
    from ordered
    group by cdr_key

)

select * from final
