-- What step_size adds to the last priced period of a group.
with step_groups as (

    select * from {{ ref('int_step_groups') }}
    -- Nothing is stepped at 0, and fed-back energy (a negative total) has no blocks.
    where step_size > 0 and quantity > 0

),

-- Energy is counted in milliwatt-hours and its step is in watt-hours; time and its step are in seconds.
blocks as (

    select
        *,
        whole_units % (step_size * case when dimension_no = 4 then 1000 else 1 end) as beyond_block
    from step_groups

),

-- Millionths of a kWh, or of a second: hours are divided last.
surpluses as (

    select
        *,
        case
            when dimension_no = 4 then step_size * 1000 - beyond_block
            else (whole_units + step_size - beyond_block) * 1000000 - {{ millionths('quantity') }} * 3600
        end as surplus_millionths
    from blocks
    where beyond_block <> 0

),

final as (

    select
        pricing_no,
        period_index,
        component_no,
        dimension_no,
        surplus_millionths,
        case
            when dimension_no = 4 then cast({{ from_millionths('surplus_millionths') }} as decimal(38, 12))
            when abs(surplus_millionths) < 4000000000000
                then {{ from_trillionths(divide_whole('surplus_millionths * 1000000', 3600)) }}
            else {{ divide_exactly(from_millionths('surplus_millionths'), 3600) }}
        end as surplus
    from surpluses

)

select * from final
