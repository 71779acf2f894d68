with evses as (

    select * from {{ ref('int_evse_versions') }}

),

connectors as (

    select * from {{ ref('int_connectors_rated') }}

),

final as (

    select
        md5(concat(evses.evse_version_key, '|', upper(connectors.connector_id))) as connector_version_key,
        evses.evse_version_key,
        evses.evse_key,
        connectors.connector_id,
        evses.partner,
        connectors.standard,
        connectors.format,
        connectors.power_type,
        connectors.max_voltage_v,
        connectors.max_amperage_a,
        connectors.max_electric_power_w,
        connectors.max_power_kw,
        cast(len(connectors.tariff_ids) as integer) as tariff_count,
        evses.seen_from_at,
        evses.seen_to_at,
        evses.seen_to_at is null as is_current
    from evses
    inner join connectors
        on
            evses.evse_key = connectors.evse_key
            and evses.landing_seq = connectors.landing_seq
            and evses.ordinal = connectors.ordinal
            and evses.evse_position = connectors.evse_position

)

select * from final
