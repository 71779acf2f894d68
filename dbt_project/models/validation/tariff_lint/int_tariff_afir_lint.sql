-- Price components outside what AFIR, Regulation (EU) 2023/1804 Art. 5(4), lists for the ad hoc price at publicly
-- accessible points of 50 kW and more: a price per kWh, and an occupancy fee per minute. Below 50 kW it lists all that
-- OCPI knows, in an order for display, so that a tariff cannot be outside it.
with bodies as (

    select tariff_hash
    from {{ ref('int_tariff_bodies') }}
    -- Without a type a tariff is for all sessions, ad hoc ones included.
    where coalesce(tariff_type, 'AD_HOC_PAYMENT') = 'AD_HOC_PAYMENT'

),

eu_members as (

    select country_alpha3 from {{ ref('eu_members') }}

),

fast_connectors as (

    select
        connectors.tariff_hash,
        count(*) as connector_count
    from {{ ref('int_tariff_connectors') }} as connectors
    inner join eu_members on connectors.location_country = eu_members.country_alpha3
    where connectors.max_power_kw >= {{ rule_parameter('afir', 'least_power_kw') }}
    group by connectors.tariff_hash

),

components as (

    select
        components.*,
        concat('connectors: ', fast_connectors.connector_count) as at_connectors,
        bool_or(components.line_dimension = 'ENERGY') over (partition by components.tariff_hash) as has_energy_price
    from {{ ref('int_tariff_components') }} as components
    inner join bodies on components.tariff_hash = bodies.tariff_hash
    inner join fast_connectors on components.tariff_hash = fast_connectors.tariff_hash
    where
        components.price > 0
        and components.line_dimension in ('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT')
        and not components.is_unusable

),

final as (

    select distinct
        {{ lint_columns('tariff_afir_no_price_per_kwh', 'at_connectors') }}
    from components
    where not has_energy_price

    union all

    select
        {{ component_lint('tariff_afir_session_fee', number_text('price'), 'at_connectors') }}
    from components
    where line_dimension = 'FLAT'

    union all

    -- A price by the minute that begins only after a while discourages staying, as an occupancy fee does.
    select
        {{ component_lint('tariff_afir_charging_time', number_text('price'), 'at_connectors') }}
    from components
    where line_dimension = 'TIME' and coalesce(min_duration_s, 0) <= 0

)

select * from final
