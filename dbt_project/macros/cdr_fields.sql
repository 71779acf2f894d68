{#- The required fields of a CDR, of those that any later layer reads (mod_cdrs, cardinality 1 and +).
    2.1.1 names the token by auth_id and embeds the Location, whose EVSE id is optional. -#}
{% macro missing_cdr_fields() -%}
    {{ names_where([
        ['start_date_time', 'started_at_text is null'],
        ['end_date_time', 'ended_at_text is null'],
        ['auth_id', 'is_ocpi_21 and contract_id is null'],
        ['cdr_token.uid', 'not is_ocpi_21 and ' ~ read_text('fields.cdr_token.uid') ~ ' is null'],
        ['cdr_token.type', 'not is_ocpi_21 and ' ~ read_text('fields.cdr_token.type') ~ ' is null'],
        ['cdr_token.contract_id', 'not is_ocpi_21 and contract_id is null'],
        ['auth_method', read_text('fields.auth_method') ~ ' is null'],
        ['location.id', 'location_id is null'],
        ['location.country', 'location_country is null'],
        ['location.coordinates', 'latitude_text is null or longitude_text is null'],
        ['location.evse_uid', 'evse_uid is null'],
        ['location.evse_id', 'not is_ocpi_21 and evse_id is null'],
        ['location.connector_id', 'connector_id is null'],
        ['currency', read_text('fields.currency') ~ ' is null'],
        ['charging_periods', is_filled_list('fields.charging_periods') ~ ' is not true'],
        ['total_cost', 'total_cost_excl_vat_text is null'],
        ['total_energy', read_text('fields.total_energy') ~ ' is null'],
        ['total_time', read_text('fields.total_time') ~ ' is null'],
        ['last_updated', read_text('fields.last_updated') ~ ' is null'],
    ]) }}
{%- endmacro %}

{% macro unreadable_cdr_fields() -%}
    {{ unreadable_among([
        ['start_date_time', 'started_at_text', 'started_at'],
        ['end_date_time', 'ended_at_text', 'ended_at'],
        ['last_updated', read_text('fields.last_updated'), 'last_updated_at'],
        ['location.coordinates.latitude', 'latitude_text', 'latitude'],
        ['location.coordinates.longitude', 'longitude_text', 'longitude'],
        ['total_energy', read_text('fields.total_energy'), 'total_energy_kwh'],
        ['total_time', read_text('fields.total_time'), 'total_time_h'],
        ['total_parking_time', read_text('fields.total_parking_time'), 'total_parking_time_h'],
        ['total_cost', 'total_cost_excl_vat_text', 'total_cost_excl_vat'],
        ['total_cost.incl_vat', 'coalesce(total_cost_incl_vat_text, cast(nullif(len(taxes), 0) as varchar))', 'total_cost_incl_vat'],
    ]) }}
{%- endmacro %}
