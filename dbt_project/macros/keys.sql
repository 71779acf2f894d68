{#- One key formula for every object: receiving party, owning party and id, without regard to case. -#}
{% macro object_key(receiving_country_code, receiving_party_id, country_code, party_id, object_id) -%}
    md5(upper(concat({{ receiving_country_code }}, '*', {{ receiving_party_id }}, '|', {{ country_code }}, '*', {{ party_id }}, '|', {{ object_id }})))
{%- endmacro %}

{#- An EVSE uid is unique within its Location only as far as senders can be trusted: location and uid make the key. -#}
{% macro evse_key(country_code, party_id, location_id, evse_uid) -%}
    md5(upper(concat({{ country_code }}, '*', {{ party_id }}, '|', {{ location_id }}, '|', {{ evse_uid }})))
{%- endmacro %}

{#- The name people use for an object: `CC*PPP*id`. -#}
{% macro object_label(country_code, party_id, object_id) -%}
    concat(upper({{ country_code }}), '*', upper({{ party_id }}), '*', {{ object_id }})
{%- endmacro %}
