{{ config(materialized='view') }}

-- What min_price added or max_price took stands on a line of its own, at the end of the session.
with totals as (

    select * from {{ ref('int_limited_totals') }}

),

final as (

    {%- for bound in ['min', 'max'] %}
    select
        pricing_no,
        first_tariff_no as tariff_no,
        last_period_index as period_index,
        '{{ bound | upper }}_PRICE' as dimension,
        {{ 6 + loop.index }} as dimension_no,
        {{ bound }}_price_excl_vat as cost_excl_vat,
        {{ bound }}_price_incl_vat as cost_incl_vat
    from totals
    where
        coalesce({{ bound }}_price_excl_vat, 0) <> 0
        or coalesce({{ bound }}_price_incl_vat, 0) <> 0
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select * from final
