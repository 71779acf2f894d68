{{ config(materialized='view') }}

with cdrs as (

    select * from {{ source('raw', 'cdrs') }}

),

-- 2.1.1 embeds the whole Location with one EVSE and one connector; 2.1.1 costs are plain numbers, later ones are Price objects.
shaped as (

    select
        *,
        fields.location.evses[1] as embedded_evse,
        fields.location.evses[1].connectors[1] as embedded_connector,
        {{ price_fields('fields.total_cost') }} as price
    from cdrs

),

final as (

    select
        * exclude (fields, embedded_evse, embedded_connector, price),
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
