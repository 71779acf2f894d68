-- The VAT rate for a limit on a session that costs nothing: that of its first line, fees before volumes.
with limited as (

    select tariff_no from {{ ref('int_tariff_bodies') }}
    where
        (min_price_excl_vat is not null and min_price_incl_vat is null)
        -- Only a highest price below zero can change a session that costs nothing.
        or (max_price_excl_vat < 0 and max_price_incl_vat is null)

),

-- Few tariffs have such a limit.
pricings as (

    select pricing_no from {{ ref('int_pricings') }}
    where first_tariff_no in (select limited.tariff_no from limited)

),

costs as (

    select * from {{ ref('int_volume_costs') }}

),

components as (

    select * from {{ ref('int_price_components') }}

),

final as (

    select
        costs.pricing_no,
        min_by(
            case when components.tax_treatment = 'none' then 0 else coalesce(components.vat_percent, 0) end,
            {{ line_number('costs.period_index', 'costs.dimension_no') }}
        ) as vat_percent
    from costs
    inner join pricings
        on costs.pricing_no = pricings.pricing_no
    inner join components
        on costs.component_no = components.component_no
    group by costs.pricing_no

)

select * from final
