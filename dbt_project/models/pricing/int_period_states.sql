-- What a session has reached when a period begins, and again just before it ends; restrictions look at nothing else.
with periods as (

    select * from {{ ref('int_ordered_periods') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

clocked as (

    select
        periods.*,
        coalesce(
            sum(periods.energy_kwh) over (
                partition by periods.cdr_key order by periods.period_index rows between unbounded preceding and 1 preceding
            ),
            0
        ) as energy_before_kwh,
        -- A reservation that comes first has a clock of its own.
        case
            when policies.duration_clock = 'cdr_start' then periods.session_started_at
            when not periods.is_reservation_only
                then min(periods.started_at) filter (where not periods.is_reservation_only) over (partition by periods.cdr_key)
            else min(periods.started_at) over (partition by periods.cdr_key)
        end as clock_started_at,
        bool_or(periods.has_reservation_volume) over (partition by periods.cdr_key)
        and not bool_or(periods.has_charging_volume) over (partition by periods.cdr_key) as is_expired_reservation
    from periods
    inner join policies
        on periods.partner = policies.partner

),

moments as (

    select
        'start' as moment,
        clocked.*,
        started_at as moment_at,
        cast(energy_before_kwh as decimal(18, 6)) as reached_kwh
    from clocked
    union all
    select
        'end' as moment,
        clocked.*,
        ended_at - interval 1 second as moment_at,
        -- A bound that the period reaches exactly at its end is not crossed inside it.
        cast(
            energy_before_kwh + greatest(coalesce(energy_kwh, 0) - 0.000001, least(coalesce(energy_kwh, 0), 0)) as decimal(18, 6)
        ) as reached_kwh
    from clocked
    where ended_at > started_at

),

final as (

    select
        cdr_key,
        period_index,
        moment,
        partner,
        ocpi_version,
        is_expired_reservation,
        energy_kwh,
        time_h,
        parking_time_h,
        reservation_time_h,
        has_charging_volume,
        has_reservation_volume,
        min_current_a,
        max_current_a,
        min_power_kw,
        max_power_kw,
        reached_kwh,
        greatest({{ seconds_between('clock_started_at', 'moment_at') }}, 0) as reached_s,
        cast({{ local_time('moment_at', 'time_zone') }} as date) as local_date,
        extract(hour from {{ local_time('moment_at', 'time_zone') }}) * 3600
        + extract(minute from {{ local_time('moment_at', 'time_zone') }}) * 60
        + cast(floor(extract(second from {{ local_time('moment_at', 'time_zone') }})) as bigint) as local_time_s,
        {{ weekday_name(local_time('moment_at', 'time_zone')) }} as weekday
    from moments

)

select * from final
