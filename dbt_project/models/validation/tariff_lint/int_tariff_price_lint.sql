-- Prices that are hard to believe. Bounds are amounts, whatever the currency.
with components as (

    select * from {{ ref('int_tariff_components') }}

),

free as (

    select tariff_hash
    from components
    group by tariff_hash
    having bool_and(price = 0)

),

bounds as (

    select
        {{ rule_parameter('tariff_price_high', 'most_per_kwh') }} as most_per_kwh,
        {{ rule_parameter('tariff_price_high', 'most_per_hour') }} as most_per_hour,
        {{ rule_parameter('tariff_price_low', 'least_per_kwh') }} as least_per_kwh

),

bounded as (

    select
        components.*,
        case components.component_type
            when 'ENERGY' then bounds.most_per_kwh
            when 'TIME' then bounds.most_per_hour
            when 'PARKING_TIME' then bounds.most_per_hour
        end as most,
        case components.component_type when 'ENERGY' then bounds.least_per_kwh end as least
    from components
    cross join bounds

),

final as (

    select
        {{ lint_columns('tariff_price_zero', "'0'") }}
    from free

    union all

    select
        {{ component_lint('tariff_price_high', number_text('price'), number_text('most')) }}
    from bounded
    where price > most

    union all

    select
        {{ component_lint('tariff_price_low', number_text('price'), number_text('least')) }}
    from bounded
    -- A price for one day follows the market, which may come close to nothing; a standing one does not.
    where price > 0 and price < least and end_date is null

    union all

    select
        {{ component_lint('tariff_price_negative', number_text('price'), "'0'") }}
    from bounded
    where price < 0

)

select * from final
