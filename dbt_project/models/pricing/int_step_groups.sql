-- Volumes are stepped once per session and group (OCPI mod_cdrs, step_size), not per period,
-- and not where a session switches between tariffs: the last component of the group gives the step.
with volumes as (

    select
        *,
        bool_or(line_dimension = 'PARKING_TIME') over (partition by cdr_key, scenario) as has_parking
    from {{ ref('int_priced_volumes') }}
    where line_dimension not in ('FLAT', 'RESERVATION_FLAT')

),

grouped as (

    select
        *,
        case
            when ({{ is_ocpi_21('ocpi_version') }}) and step_size_211 = 'component'
                then line_dimension || cast(component_ordinal as varchar)
            -- Where time is followed by paid parking, only the parking is rounded up.
            when line_dimension = 'TIME' and has_parking then null
            when line_dimension = 'RESERVATION_TIME' and reservation_step = 'with_time'
                then case when not has_parking then 'TIME' end
            else line_dimension
        end as step_group,
        -- Of charging and reserved time in one period, charging comes last.
        2 * period_index + case when line_dimension = 'TIME' then 1 else 0 end as place,
        -- Hours carry 4 decimals: 10 minutes arrive as 0.1667, which must not open another block.
        case when line_dimension <> 'ENERGY' then cast(round(quantity * 3600, 0) as bigint) end as whole_seconds
    from volumes

),

summed as (

    select
        cdr_key,
        scenario,
        step_group,
        max(period_index) as period_index,
        max_by(tariff_hash, place) as tariff_hash,
        max_by(component_ordinal, place) as component_ordinal,
        max_by(line_dimension, place) as line_dimension,
        max_by(step_size, place) as step_size,
        cast(sum(quantity) as decimal(38, 6)) as quantity,
        cast(sum(whole_seconds) as bigint) as whole_seconds,
        cast(sum(quantity) * 1000000 as bigint) as milliwatthours
    from grouped
    where step_group is not null
    group by cdr_key, scenario, step_group

)

select * from summed
