{#- The CTEs that turn counts into rates: each partner and all of them together, with a Wilson interval. -#}
{% macro kpi_rates(counts, period) -%}
catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

-- The row `all` is a sum over partners like any other: a ratio of sums, never a mean of ratios.
with_all as (

    select * from {{ counts }}

    union all

    select
        kpi_id,
        'all' as partner,
        {{ period }},
        numerator,
        denominator,
        provisional_flag,
    from {{ counts }}

),

summed as (

    select
        kpi_id,
        partner,
        {{ period }},
        cast(sum(numerator) as bigint) as numerator,
        cast(sum(denominator) as bigint) as denominator,
        max(provisional_flag) as provisional_flag,
    from with_all
    group by kpi_id, partner, {{ period }}

),

final as (

    select
        md5(concat_ws('|', summed.kpi_id, summed.partner, cast(summed.{{ period }} as varchar))) as kpi_key,
        summed.{{ period }},
        summed.partner,
        summed.kpi_id,
        catalogue.kpi_name,
        summed.numerator,
        summed.denominator,
        cast(cast(summed.numerator as double) / summed.denominator as decimal(18, 6)) as rate,
        {{ wilson_bound('summed.numerator', 'summed.denominator', rule_parameter('kpi', 'wilson_z'), -1) }} as wilson_low,
        {{ wilson_bound('summed.numerator', 'summed.denominator', rule_parameter('kpi', 'wilson_z'), 1) }} as wilson_high,
        catalogue.target,
        summed.provisional_flag = 1 as is_provisional,
    from summed
    inner join catalogue
        on summed.kpi_id = catalogue.kpi_id

)
{%- endmacro %}
