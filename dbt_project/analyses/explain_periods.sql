-- One row per period: its volumes, what the session had reached when it began, and the tariff that prices it.
with periods as (

    {{ explained_periods() }}

),

final as (

    select
        period_index,
        started_at,
        ended_at,
        {{ local_time('started_at', 'time_zone') }} as started_local_at,
        {{ local_time('ended_at', 'time_zone') }} as ended_local_at,
        named_tariff_id,
        tariff_hash,
        energy_kwh,
        time_h,
        parking_time_h,
        reservation_time_h,
        reached_kwh,
        reached_s,
        local_date,
        local_time_s,
        upper(dayname(local_date)) as weekday,
        min_current_a,
        max_current_a,
        min_power_kw,
        max_power_kw,
        is_expired_reservation
    from periods

)

select * from final
order by period_index
