with totals as (

    select * from {{ ref('int_limited_totals') }}

),

final as (

    {%- for bound in ['min', 'max'] %}
    select
        cdr_key,
        scenario,
        first_tariff_hash as tariff_hash,
        '{{ bound | upper }}_PRICE' as dimension,
        {{ bound }}_price_excl_vat as cost_excl_vat,
        {{ bound }}_price_incl_vat as cost_incl_vat
    from totals
    where coalesce({{ bound }}_price_excl_vat, 0) <> 0
        or coalesce({{ bound }}_price_incl_vat, 0) <> 0
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select * from final
