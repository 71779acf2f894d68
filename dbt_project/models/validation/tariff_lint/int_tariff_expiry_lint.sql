-- Dimensions whose every price is over: from today on nothing prices them. What never held is no price.
with components as (

    select
        components.tariff_hash,
        components.line_dimension,
        components.end_date
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_boxes') }} as boxes
        on
            components.tariff_hash = boxes.tariff_hash
            and components.element_index = boxes.element_index
    where not components.is_unusable and not boxes.is_empty

),

ended as (

    select
        tariff_hash,
        line_dimension,
        max(end_date) as last_end_date
    from components
    group by tariff_hash, line_dimension
    having max(coalesce(end_date, date '9999-12-31')) <= {{ utc_date(as_of()) }}

),

final as (

    select
        {{ lint_columns('tariff_prices_expired', 'last_end_date', utc_date(as_of()), concerns='line_dimension') }}
    from ended

)

select * from final
