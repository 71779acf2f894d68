-- Dimensions whose every price is over: from today on nothing prices them.
with components as (

    select
        components.tariff_hash,
        components.line_dimension,
        components.end_date
    from {{ ref('int_tariff_components') }} as components
    where not components.is_unusable

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
