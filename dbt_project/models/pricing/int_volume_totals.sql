{{ config(materialized='view') }}

-- Sums of the lines before min_price and max_price; null where one line's amount is not known.
with pricings as (

    select * from {{ ref('int_pricings') }}

),

costs as (

    select
        pricing_no,
        count(*) as line_count,
        count(cost_excl_vat) as excl_vat_count,
        count(cost_incl_vat) as incl_vat_count,
        {%- for name, numbers in [('energy', [4]), ('time', [5]), ('parking', [6]), ('flat', [1, 2]), ('reservation', [3])] %}
        coalesce(
            cast(sum(cost_excl_vat) filter (where dimension_no in ({{ numbers | join(', ') }})) as decimal(38, 12)), 0
        ) as {{ name }}_excl_vat,
        {%- endfor %}
        cast(sum(cost_incl_vat) as decimal(38, 12)) as incl_vat
    from {{ ref('int_volume_costs') }}
    group by pricing_no

),

final as (

    select
        pricings.pricing_no,
        pricings.first_tariff_no,
        pricings.last_period_index,
        pricings.policy_no,
        {%- for name in ['energy', 'time', 'parking', 'flat', 'reservation'] %}
        coalesce(costs.{{ name }}_excl_vat, 0) as {{ name }}_excl_vat,
        {%- endfor %}
        case
            when costs.pricing_no is null then 0
            when costs.line_count = costs.excl_vat_count
                then cast(
                    costs.energy_excl_vat + costs.time_excl_vat + costs.parking_excl_vat + costs.flat_excl_vat
                    + costs.reservation_excl_vat as decimal(38, 12)
                )
        end as volume_excl_vat,
        case
            when costs.pricing_no is null then 0
            when costs.line_count = costs.incl_vat_count then costs.incl_vat
        end as volume_incl_vat
    from pricings
    left join costs
        on pricings.pricing_no = costs.pricing_no

)

select * from final
