with matches as (

    select * from {{ ref('int_component_matches') }}

),

components as (

    select * from {{ ref('int_price_components') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

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
        cast(
            matches.quantity
            + coalesce(surpluses.surplus_kwh, 0)
            + coalesce({{ divide_exactly('surpluses.surplus_s', 3600) }}, 0)
            as decimal(38, 12)
        ) as billed_quantity,
        -- The price as the tariff states it, before it is known whether tax is inside.
        {{ money_product('components.price', 'matches.quantity + coalesce(surpluses.surplus_kwh, 0)') }}
        + coalesce(
            {{ divide_exactly(money_product('components.price', 'surpluses.surplus_s'), 3600) }}, 0
        ) as cost_as_stated,
        case
            when components.tax_treatment = 'unknown' then null
            when components.tax_treatment = 'none' then cast(0 as decimal(18, 6))
            when components.vat_percent is not null then components.vat_percent
            -- Whatever the rate is, tax on nothing is nothing.
            when components.price = 0 then cast(0 as decimal(18, 6))
            when components.vat_absent_policy = 'vat_absent_230' and policies.vat_absent_230 = 'unknown' then null
            when components.vat_absent_policy = 'vat_absent_221' and policies.vat_absent_221 = 'unknown' then null
            else cast(0 as decimal(18, 6))
        end as tax_percent
    from matches
    inner join components
        on matches.component_no = components.component_no
    inner join policies
        on matches.policy_no = policies.policy_no
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
            when tax_percent is not null then {{ divide_exactly('cost_as_stated * 100', '100 + tax_percent') }}
        end as decimal(38, 12)) as cost_excl_vat,
        cast(case
            when tax_treatment = 'inclusive' then cost_as_stated
            when tax_percent is not null then {{ with_tax('cost_as_stated', 'tax_percent') }}
        end as decimal(38, 12)) as cost_incl_vat
    from costed

)

select * from final
