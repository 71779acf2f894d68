with matches as (

    select * from {{ ref('int_period_matches') }}

),

fees as (

    select * from {{ ref('int_first_fees') }}

),

final as (

    select
        pricing_no,
        period_index,
        dimension_no,
        component_no,
        policy_no,
        is_mixed,
        quantity
    from matches
    where dimension_no > 2
    union all
    select
        pricing_no,
        period_index,
        dimension_no,
        component_no,
        policy_no,
        false as is_mixed,
        cast(1 as decimal(18, 6)) as quantity
    from fees

)

select * from final
