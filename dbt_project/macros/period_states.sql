{#-
    The steps from `periods` to `final`: what each of these periods has reached when it begins, and just before it ends.
    The wall clock is asked only for periods with `needs_local_time`, and energy is added up only for CDRs whose number is
    in `needs_energy`: both take long.
-#}
{% macro period_states(needs_energy) -%}
cdrs as (

    select
        cdr_no,
        started_at as session_started_at,
        ended_at as session_ended_at,
        time_zone
    from {{ ref('fct_cdrs') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

reservations as (

    select * from {{ ref('int_reservations') }}

),

-- Of all periods, also of those without a tariff.
energies as (

    select
        cdr_no,
        period_index,
        cast(coalesce(
            sum(energy_kwh) over (
                partition by cdr_no order by period_index rows between unbounded preceding and 1 preceding
            ),
            0
        ) as decimal(18, 6)) as reached_kwh
    from {{ ref('int_ordered_periods') }}
    where cdr_no in (select {{ needs_energy }}.cdr_no from {{ needs_energy }})

),

placed as (

    select
        periods.pricing_no,
        periods.cdr_no,
        periods.period_index,
        periods.policy_no,
        periods.tariff_count,
        periods.tariff_no,
        periods.tariff_id,
        periods.needs_local_time,
        periods.energy_kwh,
        periods.time_h,
        periods.parking_time_h,
        periods.reservation_time_h,
        periods.is_expired_reservation,
        -- One of a pair stands for both where the other is missing.
        {%- for value in ['current_a', 'power_kw'] %}
        coalesce(periods.min_{{ value }}, periods.max_{{ value }}) as min_{{ value }},
        coalesce(periods.max_{{ value }}, periods.min_{{ value }}) as max_{{ value }},
        {%- endfor %}
        periods.started_at,
        coalesce(periods.next_started_at, cdrs.session_ended_at) as ended_at,
        cdrs.time_zone,
        energies.reached_kwh,
        -- A reservation that comes first has a clock of its own.
        case
            when policies.duration_clock = 'cdr_start' then cdrs.session_started_at
            when {{ has_charging_volume('periods') }} or not {{ has_reservation_volume('periods') }}
                then coalesce(reservations.first_not_reserved_at, periods.first_started_at)
            else periods.first_started_at
        end as clock_started_at
    from periods
    inner join cdrs
        on periods.cdr_no = cdrs.cdr_no
    inner join policies
        on periods.policy_no = policies.policy_no
    left join reservations
        on periods.cdr_no = reservations.cdr_no
    left join energies
        on
            periods.cdr_no = energies.cdr_no
            and periods.period_index = energies.period_index

),

clocked as (

    select
        *,
        coalesce(ended_at > started_at, false) as has_end,
        case when needs_local_time then {{ local_time('started_at', 'time_zone') }} end as started_local_at,
        case when needs_local_time then {{ local_time(second_before('ended_at'), 'time_zone') }} end as ending_local_at,
        greatest({{ elapsed_s('clock_started_at', 'started_at') }}, 0) as reached_s,
        greatest({{ elapsed_s('clock_started_at', 'ended_at') }} - 1, 0) as end_reached_s,
        -- A bound that the period reaches exactly at its end is not crossed inside it.
        cast(
            reached_kwh + greatest(coalesce(energy_kwh, 0) - 0.000001, least(coalesce(energy_kwh, 0), 0)) as decimal(18, 6)
        ) as end_reached_kwh
    from placed

),

final as (

    select
        * {{ all_but('clock_started_at, needs_local_time, started_local_at, ending_local_at') }},
        {%- for prefix, local in [('', 'started_local_at'), ('end_', 'ending_local_at')] %}
        cast({{ local }} as date) as {{ prefix }}local_date,
        {{ second_of_day(local) }} as {{ prefix }}local_time_s,
        {{ weekday_bit(local) }} as {{ prefix }}weekday_bit{{ ',' if not loop.last }}
        {%- endfor %}
    from clocked

)
{%- endmacro %}
