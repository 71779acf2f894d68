-- A flat fee is due once a session (and once a reservation), where it first becomes active.
with matches as (

    select * from {{ ref('int_period_matches') }}
    where dimension_no <= 2

),

final as (

    select
        pricing_no,
        dimension_no,
        min(period_index) as period_index,
        min_by(component_no, period_index) as component_no,
        min(policy_no) as policy_no
    from matches
    group by pricing_no, dimension_no

)

select * from final
