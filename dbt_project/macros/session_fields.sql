{#- The required fields of a Session, of those that any later layer reads (mod_sessions, cardinality 1).
    In 2.1.1 EVSE and connector lie inside the embedded Location and may be left out. -#}
{% macro missing_session_fields() -%}
    {{ names_where([
        ['start_date_time', 'started_at_text is null'],
        ['kwh', read_text('fields.kwh') ~ ' is null'],
        ['auth_id', 'is_ocpi_21 and contract_id is null'],
        ['cdr_token.uid', 'not is_ocpi_21 and token_uid is null'],
        ['cdr_token.type', 'not is_ocpi_21 and token_type is null'],
        ['cdr_token.contract_id', 'not is_ocpi_21 and contract_id is null'],
        ['auth_method', read_text('fields.auth_method') ~ ' is null'],
        ['location_id', 'location_id is null'],
        ['evse_uid', 'not is_ocpi_21 and evse_uid is null'],
        ['connector_id', 'not is_ocpi_21 and connector_id is null'],
        ['currency', read_text('fields.currency') ~ ' is null'],
        ['status', read_text('fields.status') ~ ' is null'],
        ['last_updated', read_text('fields.last_updated') ~ ' is null'],
    ]) }}
{%- endmacro %}

{% macro unreadable_session_fields() -%}
    {{ unreadable_among([
        ['start_date_time', 'started_at_text', 'started_at'],
        ['end_date_time', 'ended_at_text', 'ended_at'],
        ['last_updated', read_text('fields.last_updated'), 'last_updated_at'],
        ['kwh', read_text('fields.kwh'), 'energy_kwh'],
    ]) }}
{%- endmacro %}
