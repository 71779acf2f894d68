-- Sums of the lines before min_price and max_price; null where one line's amount is not known.
with cdr_tariffs as (

    select * from {{ ref('int_cdr_tariffs') }}

),

cdrs as (

    select
        cdr_no,
        period_count
    from {{ ref('fct_cdrs') }}

),

periods as (

    select * from {{ ref('int_period_tariffs') }}
    where tariff_count > 1 and tariff_no is not null

),

known as (

    select * from {{ ref('int_known_period_tariffs') }}

),

-- The tariff of the first priced period sets the limits; where there is only one, nothing has to be looked up.
pricings as (

    select
        {{ pricing_no('cdr_tariffs.cdr_no', 'applied') }} as pricing_no,
        cdr_tariffs.policy_no,
        cdr_tariffs.tariff_no as first_tariff_no,
        cdrs.period_count - 1 as last_period_index
    from cdr_tariffs
    inner join cdrs
        on cdr_tariffs.cdr_no = cdrs.cdr_no
    where cdr_tariffs.tariff_count <= 1 and cdrs.period_count > 0
    union all
    select
        {{ pricing_no('cdr_no', 'applied') }} as pricing_no,
        min(policy_no) as policy_no,
        min_by(tariff_no, period_index) as first_tariff_no,
        max(period_index) as last_period_index
    from periods
    group by cdr_no
    union all
    select
        {{ pricing_no('known.cdr_no', 'known') }} as pricing_no,
        min(cdr_tariffs.policy_no) as policy_no,
        min_by(known.tariff_no, known.period_index) as first_tariff_no,
        max(known.period_index) as last_period_index
    from known
    inner join cdr_tariffs
        on known.cdr_no = cdr_tariffs.cdr_no
    group by known.cdr_no

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
        cast(sum(cost_excl_vat) as decimal(38, 12)) as excl_vat,
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
            when costs.line_count = costs.excl_vat_count then costs.excl_vat
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
