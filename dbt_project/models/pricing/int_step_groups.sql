-- Volumes are stepped once per session and group (OCPI mod_cdrs, step_size), not per period,
-- and not where a session switches between tariffs: the last component of the group gives the step.
with matches as (

    select * from {{ ref('int_component_matches') }}
    where dimension_no > 2

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

components as (

    select * from {{ ref('int_price_components') }}

),

-- A step of 1 Wh adds something only where a period has a fraction of one.
split_watthours as (

    select distinct pricing_no from {{ ref('int_component_matches') }}
    where dimension_no = 4 and quantity <> cast(quantity as decimal(18, 3))

),

placed as (

    select
        matches.*,
        case
            when components.is_ocpi_21 and policies.step_size_211 = 'component' then 10 + matches.component_no
            when matches.dimension_no = 3 and policies.reservation_step = 'with_time' then 5
            else matches.dimension_no
        end as step_group,
        -- Of charging and reserved time in one period, charging comes last.
        2 * matches.period_index + case when matches.dimension_no = 5 then 1 else 0 end as place,
        -- Hours carry 4 decimals: 10 minutes arrive as 0.1667, which must not open another block.
        case
            when matches.dimension_no = 4 then cast(matches.quantity * 1000000 as bigint)
            else cast(round(matches.quantity * 3600, 0) as bigint)
        end as whole_units
    from matches
    inner join policies
        on matches.policy_no = policies.policy_no
    inner join components
        on matches.component_no = components.component_no
    left join split_watthours
        on matches.pricing_no = split_watthours.pricing_no
    where
        components.is_stepped
        or matches.is_mixed
        or (matches.dimension_no = 4 and split_watthours.pricing_no is not null)

),

summed as (

    select
        pricing_no,
        step_group,
        cast(max(period_index) as integer) as period_index,
        max_by(component_no, place) as component_no,
        cast(sum(quantity) as decimal(38, 6)) as quantity,
        cast(sum(whole_units) as bigint) as whole_units
    from placed
    group by pricing_no, step_group

),

paid_parking as (

    select distinct pricing_no from {{ ref('int_component_matches') }}
    where dimension_no = 6

),

-- Where time is followed by paid parking, only the parking is rounded up.
final as (

    select
        summed.*,
        components.dimension_no,
        components.step_size
    from summed
    inner join components
        on summed.component_no = components.component_no
    left join paid_parking
        on summed.pricing_no = paid_parking.pricing_no
    where summed.step_group <> 5 or paid_parking.pricing_no is null

)

select * from final
