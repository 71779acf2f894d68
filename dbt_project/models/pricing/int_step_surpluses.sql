-- What step_size adds to the last priced period of a group: energy in kWh, time in seconds, so that nothing is divided here.
with step_groups as (

    select * from {{ ref('int_step_groups') }}
    -- Nothing is stepped at 0, and fed-back energy (a negative total) has no blocks.
    where step_size > 0 and quantity > 0

),

final as (

    select
        cdr_key,
        scenario,
        tariff_hash,
        period_index,
        component_ordinal,
        line_dimension,
        case
            when line_dimension = 'ENERGY' and milliwatthours % (step_size * 1000) <> 0
                then cast(
                    cast(step_size * 1000 - milliwatthours % (step_size * 1000) as decimal(38, 0))
                    * cast(0.000001 as decimal(6, 6)) as decimal(38, 6)
                )
            else 0
        end as surplus_kwh,
        case
            when line_dimension <> 'ENERGY' and whole_seconds % step_size <> 0
                then cast(whole_seconds + step_size - whole_seconds % step_size as decimal(38, 6)) - quantity * 3600
            else 0
        end as surplus_s
    from step_groups

)

select * from final
where surplus_kwh <> 0 or surplus_s <> 0
