with costs as (

    select * from {{ ref('int_volume_costs') }}
    where (cost_excl_vat is null or cost_incl_vat is null) and {{ is_of_scenario('pricing_no', 'applied') }}

),

-- 2.1.1 knows no rates, so that none is missing.
components as (

    select component_no from {{ ref('int_price_components') }}
    where tax_treatment <> 'unknown'

),

mixed as (

    select
        periods.cdr_no,
        min(bodies.tax_treatment) || ', ' || max(bodies.tax_treatment) as detail
    from {{ ref('int_period_tariffs') }} as periods
    inner join {{ ref('int_tariff_bodies') }} as bodies
        on periods.tariff_no = bodies.tariff_no
    where periods.tariff_count > 1
    group by periods.cdr_no
    having min(bodies.tax_treatment) <> max(bodies.tax_treatment)

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
    union all
    select
        cdr_no,
        'tax_bases_mixed' as code,
        cast(null as integer) as period_index,
        detail
    from mixed

)

select * from final
