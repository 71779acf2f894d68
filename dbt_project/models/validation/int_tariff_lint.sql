-- What is odd about a tariff's prices, one row per tariff that stands.
with tariffs as (

    select * from {{ ref('dim_tariff_versions') }}
    where is_current

),

components as (

    select * from {{ ref('int_tariff_components') }}

),

dimensions as (

    select
        tariff_hash,
        component_type,
        bool_and(is_restricted) as is_always_restricted
    from components
    where line_dimension in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT')
    group by tariff_hash, component_type

),

restricted_dimensions as (

    select
        tariff_hash,
        string_agg(component_type, ',' order by component_type) as dimensions
    from dimensions
    where is_always_restricted
    group by tariff_hash

),

prices as (

    select
        tariff_hash,
        min(vat_percent) filter (where vat_percent > 0 and vat_percent < 1) as vat_fraction,
        string_agg(distinct component_type, ',' order by component_type)
        filter (where step_size = 0 and price <> 0 and component_type in ('ENERGY', 'TIME', 'PARKING_TIME')) as zero_steps,
        bool_and(price = 0) as is_free,
        max(price) filter (where component_type = 'ENERGY') as most_per_kwh,
        max(price) filter (where component_type in ('TIME', 'PARKING_TIME')) as most_per_hour
    from components
    group by tariff_hash

),

final as (

    select
        tariffs.tariff_key,
        tariffs.tariff_label,
        tariffs.tariff_version_hash,
        tariffs.tariff_hash,
        tariffs.partner,
        prices.vat_fraction,
        prices.zero_steps,
        prices.is_free,
        prices.most_per_kwh,
        prices.most_per_hour,
        restricted_dimensions.dimensions as restricted_dimensions
    from tariffs
    inner join prices on tariffs.tariff_hash = prices.tariff_hash
    left join restricted_dimensions on tariffs.tariff_hash = restricted_dimensions.tariff_hash

)

select * from final
