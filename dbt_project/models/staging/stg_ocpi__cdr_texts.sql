{{ config(materialized='view') }}

-- Every field as text first: a typed reading would fail a whole file for one number that is no number.
with cdrs as (

    select * from {{ source('raw', 'cdrs') }}

),

parsed as (

    select
        *,
        from_json(body, '{
            "start_date_time": "VARCHAR", "end_date_time": "VARCHAR", "stop_date_time": "VARCHAR",
            "session_id": "VARCHAR", "authorization_reference": "VARCHAR", "auth_method": "VARCHAR", "auth_id": "VARCHAR",
            "cdr_token": {"country_code": "VARCHAR", "party_id": "VARCHAR", "uid": "VARCHAR", "type": "VARCHAR", "contract_id": "VARCHAR"},
            "cdr_location": {
                "id": "VARCHAR", "country": "VARCHAR", "time_zone": "VARCHAR", "coordinates": {"latitude": "VARCHAR", "longitude": "VARCHAR"},
                "evse_uid": "VARCHAR", "evse_id": "VARCHAR", "connector_id": "VARCHAR", "connector_power_type": "VARCHAR"
            },
            "location": {
                "id": "VARCHAR", "country": "VARCHAR", "time_zone": "VARCHAR", "coordinates": {"latitude": "VARCHAR", "longitude": "VARCHAR"},
                "evses": [{"uid": "VARCHAR", "evse_id": "VARCHAR", "connectors": [{"id": "VARCHAR", "power_type": "VARCHAR"}]}]
            },
            "currency": "VARCHAR", "tariffs": "JSON", "charging_periods": "JSON",
            "total_cost": "VARCHAR", "total_energy": "VARCHAR", "total_time": "VARCHAR", "total_parking_time": "VARCHAR",
            "total_fixed_cost": {"excl_vat": "VARCHAR", "before_taxes": "VARCHAR"},
            "total_energy_cost": {"excl_vat": "VARCHAR", "before_taxes": "VARCHAR"},
            "total_time_cost": {"excl_vat": "VARCHAR", "before_taxes": "VARCHAR"},
            "total_parking_cost": {"excl_vat": "VARCHAR", "before_taxes": "VARCHAR"},
            "total_reservation_cost": {"excl_vat": "VARCHAR", "before_taxes": "VARCHAR"},
            "credit": "VARCHAR", "credit_reference_id": "VARCHAR", "remark": "VARCHAR", "last_updated": "VARCHAR"
        }') as fields
    from cdrs

),

-- 2.1.1 embeds the whole Location with one EVSE and one connector; 2.1.1 costs are plain numbers, later ones are Price objects.
shaped as (

    select
        *,
        fields.location.evses[1] as embedded_evse,
        fields.location.evses[1].connectors[1] as embedded_connector,
        {{ price_fields('fields.total_cost') }} as price
    from parsed

),

final as (

    select
        * exclude (fields, embedded_evse, embedded_connector, price, body),
        fields,
        {{ read_text("fields.start_date_time") }} as started_at_text,
        {{ read_text("coalesce(fields.end_date_time, fields.stop_date_time)") }} as ended_at_text,
        {{ read_text("coalesce(fields.cdr_location.id, fields.location.id)") }} as location_id,
        {{ read_code("coalesce(fields.cdr_location.country, fields.location.country)") }} as location_country,
        {{ read_text("coalesce(fields.cdr_location.time_zone, fields.location.time_zone)") }} as location_time_zone,
        {{ read_text("coalesce(fields.cdr_location.coordinates.latitude, fields.location.coordinates.latitude)") }} as latitude_text,
        {{ read_text("coalesce(fields.cdr_location.coordinates.longitude, fields.location.coordinates.longitude)") }} as longitude_text,
        {{ read_text("coalesce(fields.cdr_location.evse_uid, embedded_evse.uid)") }} as evse_uid,
        {{ read_text("coalesce(fields.cdr_location.evse_id, embedded_evse.evse_id)") }} as evse_id,
        {{ read_text("coalesce(fields.cdr_location.connector_id, embedded_connector.id)") }} as connector_id,
        {{ read_code("coalesce(fields.cdr_location.connector_power_type, embedded_connector.power_type)") }} as connector_power_type,
        {{ read_text("coalesce(fields.cdr_token.contract_id, fields.auth_id)") }} as contract_id,
        {{ read_text(price_excl_vat_text('fields.total_cost', 'price')) }} as total_cost_excl_vat_text,
        {{ read_text('price.incl_vat') }} as total_cost_incl_vat_text,
        price.taxes
    from shaped

)

select * from final
