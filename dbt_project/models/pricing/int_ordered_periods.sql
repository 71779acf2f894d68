{{ config(materialized='view') }}

-- Periods come sorted, but for a few CDRs: only those are sorted here.
with sorted_by_sender as (

    select * from {{ ref('stg_ocpi__cdr_periods') }}
    where is_in_order

),

unsorted as (

    select * from {{ ref('stg_ocpi__cdr_periods') }}
    where not is_in_order

),

sorted as (

    select
        * {{ all_but('next_started_at') }},
        lead(started_at) over (partition by cdr_no order by started_at, period_position) as next_started_at,
        cast(row_number() over (partition by cdr_no order by started_at, period_position) - 1 as integer) as period_index
    from unsorted

),

final as (

    select
        * {{ all_but('next_started_at') }},
        next_started_at,
        period_position as period_index
    from sorted_by_sender
    union all
    select * from sorted

)

select * from final
