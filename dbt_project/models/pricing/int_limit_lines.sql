-- What min_price added or max_price took stands on a line of its own, at the end of the session.
with totals as (

    select * from {{ ref('int_limited_totals') }}

),

last_periods as (

    select
        cdr_key,
        max(period_index) as period_index
    from {{ ref('int_ordered_periods') }}
    group by cdr_key

),

limits as (

    {%- for bound in ['min', 'max'] %}
    select
        cdr_key,
        scenario,
        first_tariff_hash as tariff_hash,
        '{{ bound | upper }}_PRICE' as dimension,
        {{ 1000000 + loop.index }} as line_order,
        {{ bound }}_price_excl_vat as cost_excl_vat,
        {{ bound }}_price_incl_vat as cost_incl_vat
    from totals
    where
        coalesce({{ bound }}_price_excl_vat, 0) <> 0
        or coalesce({{ bound }}_price_incl_vat, 0) <> 0
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

final as (

    select
        limits.cdr_key,
        limits.scenario,
        last_periods.period_index,
        limits.tariff_hash,
        limits.dimension,
        limits.line_order,
        limits.cost_excl_vat,
        limits.cost_incl_vat
    from limits
    inner join last_periods
        on limits.cdr_key = last_periods.cdr_key

)

select * from final
