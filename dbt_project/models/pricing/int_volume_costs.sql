with matches as (

    select * from {{ ref('int_component_matches') }}

),

components as (

    select * from {{ ref('int_component_rates') }}

),

surpluses as (

    select * from {{ ref('int_step_surpluses') }}

),

costed as (

    select
        matches.pricing_no,
        matches.period_index,
        matches.dimension_no,
        matches.component_no,
        matches.quantity,
        components.tax_treatment,
        components.tax_percent,
        cast(matches.quantity + coalesce(surpluses.surplus, 0) as decimal(38, 12)) as billed_quantity,
        -- The price as the tariff states it, before it is known whether tax is inside.
        {{ money_product('components.price', 'matches.quantity') }}
        + case
            when surpluses.surplus is null then 0
            when matches.dimension_no = 4 then {{ money_product('components.price', 'surpluses.surplus') }}
            else {{ price_of_seconds('components.price', 'surpluses.surplus_millionths') }}
        end as cost_as_stated
    from matches
    inner join components
        on
            matches.component_no = components.component_no
            and matches.policy_no = components.policy_no
    left join surpluses
        on
            matches.pricing_no = surpluses.pricing_no
            and matches.period_index = surpluses.period_index
            and matches.component_no = surpluses.component_no

),

final as (

    select
        pricing_no,
        period_index,
        dimension_no,
        component_no,
        quantity,
        billed_quantity,
        cast(case
            when tax_treatment <> 'inclusive' then cost_as_stated
            when tax_percent is not null then {{ without_tax('cost_as_stated', 'tax_percent') }}
        end as decimal(38, 12)) as cost_excl_vat,
        cast(case
            when tax_treatment = 'inclusive' then cost_as_stated
            when tax_percent is not null then {{ with_tax('cost_as_stated', 'tax_percent') }}
        end as decimal(38, 12)) as cost_incl_vat
    from costed

)

select * from final
