with costs as (

    select * from {{ ref('int_volume_costs') }}
    where (cost_excl_vat is null or cost_incl_vat is null) and {{ is_of_scenario('pricing_no', 'applied') }}

),

-- 2.1.1 knows no rates, so that none is missing.
components as (

    select component_no from {{ ref('int_price_components') }}
    where tax_treatment <> 'unknown'

),

final as (

    select
        {{ cdr_of_pricing('costs.pricing_no') }} as cdr_no,
        'vat_rate_missing' as code,
        costs.period_index,
        {{ line_dimension_of('costs.dimension_no') }} as detail
    from costs
    inner join components
        on costs.component_no = components.component_no

)

select * from final
