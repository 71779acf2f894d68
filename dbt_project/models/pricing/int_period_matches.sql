{{ config(materialized='view') }}

-- What prices each volume, and each fee where it is active: a tariff's only choice of that dimension, or what won where
-- the choice depends on the period.
with periods as (

    select * from {{ ref('int_scenario_periods') }}

),

fixed as (

    select * from {{ ref('int_tariff_dimensions') }}
    where is_fixed

),

contested as (

    select * from {{ ref('int_contested_choices') }}
    where component_no is not null

),

final as (

    select
        periods.pricing_no,
        periods.period_index,
        fixed.dimension_no,
        fixed.first_component_no as component_no,
        periods.policy_no,
        periods.tariff_count > 1 as is_mixed,
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
        is_mixed,
        quantity
    from contested

)

select * from final
