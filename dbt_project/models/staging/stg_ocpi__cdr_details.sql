{{ config(materialized='view') }}

-- What only single rules read of a CDR, so that nobody else carries it along.
with cdrs as (

    select
        *,
        fields.location.evses[1].connectors[1] as embedded_connector
    from {{ source('raw', 'cdrs') }}

),

final as (

    select
        {{ record_no('landing_seq', 'ordinal') }} as cdr_no,
        ocpi_version,
        field_names,
        {{ read_text('fields.last_updated') }} as last_updated_text,
        {{ read_text('coalesce(fields.cdr_location.name, fields.location.name)') }} as location_name,
        {{ read_text('coalesce(fields.cdr_location.address, fields.location.address)') }} as location_address,
        {{ read_text('coalesce(fields.cdr_location.city, fields.location.city)') }} as location_city,
        {{ read_text('coalesce(fields.cdr_location.postal_code, fields.location.postal_code)') }} as location_postal_code,
        {{ read_code('coalesce(fields.cdr_location.connector_standard, embedded_connector.standard)') }} as connector_standard,
        {{ read_code('coalesce(fields.cdr_location.connector_format, embedded_connector.format)') }} as connector_format,
        fields.signed_data,
        {{ read_text('fields.meter_id') }} as meter_id,
        coalesce({{ read_boolean('fields.home_charging_compensation') }}, false) as is_home_charging,
        fields.total_cost,
        fields.total_fixed_cost,
        fields.total_energy_cost,
        fields.total_time_cost,
        fields.total_parking_cost,
        fields.total_reservation_cost
    from cdrs

)

select * from final
