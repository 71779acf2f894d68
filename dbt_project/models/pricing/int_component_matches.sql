-- What prices each volume: a tariff's only choice of that dimension, or what won where the choice depends on the period.
with periods as (

    select * from {{ ref('int_scenario_periods') }}

),

fixed as (

    select * from {{ ref('int_tariff_dimensions') }}
    where is_fixed

),

contested as (

    select * from {{ ref('int_contested_choices') }}

),

matched as (

    select
        periods.pricing_no,
        periods.period_index,
        fixed.dimension_no,
        fixed.first_component_no as component_no,
        periods.policy_no,
        {{ volume_of('fixed.line_dimension', 'periods') }} as quantity
    from periods
    inner join fixed
        on
            periods.tariff_no = fixed.tariff_no
            and {{ has_volume('fixed.line_dimension', 'periods') }}
    union all
    select
        pricing_no,
        period_index,
        dimension_no,
        component_no,
        policy_no,
        quantity
    from contested
    where component_no is not null

),

-- A flat fee is due once a session (and once a reservation), where it first becomes active.
first_fees as (

    select
        pricing_no,
        dimension_no,
        min(period_index) as period_index
    from matched
    where dimension_no <= 2
    group by pricing_no, dimension_no

),

final as (

    select matched.*
    from matched
    left join first_fees
        on
            matched.pricing_no = first_fees.pricing_no
            and matched.dimension_no = first_fees.dimension_no
    where matched.dimension_no > 2 or matched.period_index = first_fees.period_index

)

select * from final
