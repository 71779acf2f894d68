with costs as (

    select * from {{ ref('int_volume_costs') }}
    where scenario = 'applied'

),

final as (

    select distinct
        cdr_key,
        'vat_rate_missing' as code,
        period_index,
        line_dimension as detail
    from costs
    where
        tax_treatment = 'inclusive'
        and cost_excl_vat is null

)

select * from final
