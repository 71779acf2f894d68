with costs as (

    select * from {{ ref('int_volume_costs') }}
    where cost_excl_vat is null and {{ is_of_scenario('pricing_no', 'applied') }}

),

final as (

    select
        {{ cdr_of_pricing('pricing_no') }} as cdr_no,
        'vat_rate_missing' as code,
        period_index,
        {{ line_dimension_of('dimension_no') }} as detail
    from costs

)

select * from final
