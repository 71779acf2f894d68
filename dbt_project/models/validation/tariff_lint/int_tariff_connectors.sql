-- Which connectors name a tariff body today. Ids are looked for among all that the partner has sent, as for dangling
-- references.
with named as (

    select * from {{ ref('int_connector_tariffs') }}
    where seen_to_at is null

),

connectors as (

    select * from {{ ref('dim_connectors') }}
    where is_current

),

evses as (

    select * from {{ ref('dim_evses') }}
    where is_current

),

tariffs as (

    select distinct
        partner,
        upper(tariff_id) as tariff_code,
        tariff_hash
    from {{ ref('dim_tariff_versions') }}
    where is_current

),

final as (

    select distinct
        tariffs.tariff_hash,
        connectors.connector_version_key,
        connectors.max_power_kw,
        evses.location_country
    from named
    inner join tariffs
        on
            named.partner = tariffs.partner
            and upper(named.tariff_id) = tariffs.tariff_code
    inner join connectors
        on
            named.evse_version_key = connectors.evse_version_key
            and named.connector_id = connectors.connector_id
    inner join evses on named.evse_version_key = evses.evse_version_key

)

select * from final
