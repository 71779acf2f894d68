{{ config(materialized='view') }}

-- Periods come sorted, but for a few CDRs: only those are sorted here.
with periods as (

    select * from {{ ref('stg_ocpi__cdr_periods') }}

),

sorted as (

    select
        * {{ all_but('next_started_at') }},
        lead(started_at) over (partition by cdr_no order by started_at, period_position) as next_started_at,
        cast(row_number() over (partition by cdr_no order by started_at, period_position) - 1 as integer) as period_index
    from periods
    where not is_in_order

),

final as (

    select
        * {{ all_but('next_started_at') }},
        next_started_at,
        period_position as period_index
    from periods
    where is_in_order
    union all
    select * from sorted

)

select * from final
