-- What step_size adds to the last priced period of a group: energy in kWh, time in seconds, so that nothing is divided here.
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

final as (

    select
        pricing_no,
        period_index,
        component_no,
        dimension_no,
        case
            when dimension_no = 4
                then cast(
                    cast(step_size * 1000 - beyond_block as decimal(38, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(38, 6)
                )
            else 0
        end as surplus_kwh,
        case
            when dimension_no <> 4 then cast(whole_units + step_size - beyond_block as decimal(38, 6)) - quantity * 3600
            else 0
        end as surplus_s
    from blocks
    where beyond_block <> 0

)

select * from final
