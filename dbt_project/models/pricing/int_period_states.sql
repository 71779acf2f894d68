{{ config(materialized='view') }}

-- What restrictions look at, for CDRs whose tariff leaves more than one component to choose from.
with periods as (

    select
        periods.*,
        contested.needs_local_time,
        ordered.started_at,
        ordered.next_started_at,
        ordered.first_started_at,
        ordered.tariff_id,
        ordered.min_current_a,
        ordered.max_current_a,
        ordered.min_power_kw,
        ordered.max_power_kw
    from {{ ref('int_scenario_periods') }} as periods
    inner join {{ ref('int_contested_tariffs') }} as contested
        on periods.tariff_no = contested.tariff_no
    inner join {{ ref('int_ordered_periods') }} as ordered
        on
            periods.cdr_no = ordered.cdr_no
            and periods.period_index = ordered.period_index

),

needing_energy as (

    select cdr_no from {{ ref('int_cdr_tariffs') }}
    where needs_energy
    union all
    select cdr_no from {{ ref('int_known_period_tariffs') }}

),

{{ period_states('needing_energy') }}

select * {{ all_but('started_at, ended_at, time_zone, tariff_id') }} from final
