with choices as (

    select * from {{ ref('int_contested_choices') }}
    where {{ is_of_scenario('pricing_no', 'applied') }} and dimension_no > 2

),

components as (

    select * from {{ ref('int_price_components') }}

),

-- R48: so short a session is not told apart by its price, as a meter reads by the quarter of an hour.
exempt as (

    select cdr_no from {{ ref('int_undivided_cdrs') }}

),

-- Where nobody knows the time of day, nobody knows which element holds either.
untimed as (

    select distinct cdr_no from {{ ref('int_tariff_content_findings') }}
    where code = 'time_zone_unknown'

),

-- Another component is a finding only where it charges otherwise.
spanning as (

    select
        choices.pricing_no,
        choices.period_index,
        choices.dimension_no
    from choices
    left join components as at_start
        on choices.component_no = at_start.component_no
    left join components as at_end
        on choices.end_component_no = at_end.component_no
    left join exempt
        on {{ cdr_of_pricing('choices.pricing_no') }} = exempt.cdr_no
    where
        choices.has_end
        and exempt.cdr_no is null
        and coalesce(choices.component_no, 0) <> coalesce(choices.end_component_no, 0)
        and (
            at_start.price is distinct from at_end.price
            or at_start.vat_percent is distinct from at_end.vat_percent
            or at_start.step_size is distinct from at_end.step_size
        )

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
