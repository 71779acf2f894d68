-- One row per period: its volumes, what the session had reached when it began, and the tariff that prices it.
with periods as (

    select * from {{ ref('int_ordered_periods') }}
    where cdr_key = getvariable('cdr_key')

),

states as (

    select * from {{ ref('int_period_states') }}
    where cdr_key = getvariable('cdr_key') and moment = 'start'

),

period_tariffs as (

    select * from {{ ref('int_period_tariffs') }}
    where cdr_key = getvariable('cdr_key') and scenario = 'applied'

),

final as (

    select
        periods.period_index,
        periods.started_at,
        periods.ended_at,
        {{ local_time('periods.started_at', 'periods.time_zone') }} as started_local_at,
        {{ local_time('periods.ended_at', 'periods.time_zone') }} as ended_local_at,
        periods.tariff_id as named_tariff_id,
        period_tariffs.tariff_hash,
        periods.energy_kwh,
        periods.time_h,
        periods.parking_time_h,
        periods.reservation_time_h,
        states.reached_kwh,
        states.reached_s,
        states.local_date,
        states.local_time_s,
        states.weekday,
        states.min_current_a,
        states.max_current_a,
        states.min_power_kw,
        states.max_power_kw,
        states.is_expired_reservation
    from periods
    inner join states
        on periods.period_index = states.period_index
    left join period_tariffs
        on periods.period_index = period_tariffs.period_index

)

select * from final
order by period_index
