-- Where the choice between components depends on the period: the first whose restrictions hold when it begins, and just
-- before it ends. Numbers in the order of choice make that a plain minimum.
with periods as (

    select * from {{ ref('int_scenario_periods') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

components as (

    select components.*
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_dimensions') }} as dimensions
        on
            components.tariff_no = dimensions.tariff_no
            and components.dimension_no = dimensions.dimension_no
    where not components.is_unusable and not dimensions.is_fixed

),

contested as (

    select distinct tariff_no from components

),

-- A bound that the period reaches exactly at its end is not crossed inside it.
ending as (

    select
        periods.*,
        coalesce(ended_at > started_at, false) as has_end,
        {{ local_time('ended_at - interval 1 second', 'time_zone') }} as end_local_at,
        cast(
            reached_kwh + greatest(coalesce(energy_kwh, 0) - 0.000001, least(coalesce(energy_kwh, 0), 0)) as decimal(18, 6)
        ) as end_reached_kwh,
        greatest({{ seconds_between('clock_started_at', 'ended_at') }} - 1, 0) as end_reached_s
    from periods
    inner join contested
        on periods.tariff_no = contested.tariff_no

),

states as (

    select
        *,
        cast(end_local_at as date) as end_local_date,
        {{ second_of_day('end_local_at') }} as end_local_time_s,
        {{ weekday_name('end_local_at') }} as end_weekday
    from ending

),

judged as (

    select
        states.pricing_no,
        states.period_index,
        states.policy_no,
        components.dimension_no,
        components.component_no,
        states.has_end,
        {{ volume_of('components.line_dimension', 'states') }} as quantity,
        {{ restrictions_hold('components', 'states', 'policies') }} as holds_at_start,
        {{ restrictions_hold('components', 'states', 'policies', 'end_') }} as holds_at_end,
        components.needs_current and states.min_current_a is null
        or components.needs_power and states.min_power_kw is null as lacks_dimension,
        coalesce(states.min_current_a < components.min_current_a and states.max_current_a >= components.min_current_a, false)
        or coalesce(states.min_current_a < components.max_current_a and states.max_current_a >= components.max_current_a, false)
        or coalesce(states.min_power_kw < components.min_power_kw and states.max_power_kw >= components.min_power_kw, false)
        or coalesce(states.min_power_kw < components.max_power_kw and states.max_power_kw >= components.max_power_kw, false)
            as swings
    from states
    inner join policies
        on states.policy_no = policies.policy_no
    inner join components
        on
            states.tariff_no = components.tariff_no
            and {{ has_volume('components.line_dimension', 'states') }}

),

final as (

    select
        pricing_no,
        period_index,
        dimension_no,
        min(policy_no) as policy_no,
        min(quantity) as quantity,
        min(case when holds_at_start then component_no end) as component_no,
        min(case when holds_at_end then component_no end) as end_component_no,
        bool_or(has_end) as has_end,
        bool_or(lacks_dimension) as lacks_dimension,
        bool_or(swings) as swings
    from judged
    group by pricing_no, period_index, dimension_no

)

select * from final
