with choices as (

    select * from {{ ref('int_contested_choices') }}
    where {{ is_of_scenario('pricing_no', 'applied') }} and dimension_no > 2

),

-- Where nobody knows the time of day, nobody knows which element holds either.
untimed as (

    select distinct cdr_no from {{ ref('int_tariff_content_findings') }}
    where code = 'time_zone_unknown'

),

spanning as (

    select * from {{ ref('int_spanning_choices') }}

),

found as (

    select
        'volume_without_component' as code,
        pricing_no,
        period_index,
        dimension_no
    from choices
    where component_no is null
    union all
    select
        'period_spans_price_change' as code,
        pricing_no,
        period_index,
        dimension_no
    from spanning
    union all
    select
        'restriction_dimension_missing' as code,
        pricing_no,
        period_index,
        dimension_no
    from choices
    where lacks_dimension
    union all
    select
        'restriction_bound_swings' as code,
        pricing_no,
        period_index,
        dimension_no
    from choices
    where swings

),

final as (

    select
        {{ cdr_of_pricing('found.pricing_no') }} as cdr_no,
        found.code,
        found.period_index,
        {{ line_dimension_of('found.dimension_no') }} as detail
    from found
    left join untimed
        on {{ cdr_of_pricing('found.pricing_no') }} = untimed.cdr_no
    where
        untimed.cdr_no is null
        or found.code not in ('volume_without_component', 'period_spans_price_change')

)

select * from final
