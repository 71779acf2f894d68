with evses as (

    select * from {{ ref('stg_ocpi__evses') }}

),

connector_lists as (

    select
        evse_key,
        location_key,
        partner,
        country_code,
        party_id,
        evse_position,
        landing_seq,
        ordinal,
        from_json(connectors_json, '[{
            "id": "VARCHAR", "standard": "VARCHAR", "format": "VARCHAR", "power_type": "VARCHAR",
            "max_voltage": "VARCHAR", "voltage": "VARCHAR", "max_amperage": "VARCHAR", "amperage": "VARCHAR",
            "max_electric_power": "VARCHAR", "tariff_id": "VARCHAR", "tariff_ids": "VARCHAR"
        }]') as connectors
    from evses

),

connectors as (

    select
        * exclude (connectors),
        generate_subscripts(connectors, 1) - 1 as connector_position,
        unnest(connectors) as connector
    from connector_lists

),

final as (

    select
        evse_key,
        location_key,
        partner,
        country_code,
        party_id,
        evse_position,
        cast(connector_position as integer) as connector_position,
        coalesce({{ read_text('connector.id') }}, concat('#', connector_position)) as connector_id,
        {{ read_code('connector.standard') }} as standard,
        {{ read_code('connector.format') }} as format,
        {{ read_code('connector.power_type') }} as power_type,
        {{ read_number('coalesce(connector.max_voltage, connector.voltage)') }} as max_voltage_v,
        {{ read_number('coalesce(connector.max_amperage, connector.amperage)') }} as max_amperage_a,
        -- Watts; a million and more does not fit a DECIMAL(18,6) of ours and is exactly what a rule wants to see.
        try_cast(connector.max_electric_power as decimal(18, 2)) as max_electric_power_w,
        -- One id in 2.1.1; a list since 2.2; some send a single text under the newer name.
        list_filter(
            case
                when starts_with(ltrim(connector.tariff_ids), '[') and json_valid(connector.tariff_ids)
                    then from_json(connector.tariff_ids, '["VARCHAR"]')
                else [{{ read_text('coalesce(connector.tariff_ids, connector.tariff_id)') }}]
            end,
            lambda tariff_id: {{ read_text('tariff_id') }} is not null
        ) as tariff_ids,
        landing_seq,
        ordinal
    from connectors

)

select * from final
