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

{#-
    The number of a received record: its page in the upper half, its place on the page in the lower. The same on every
    rebuild, for pages are numbered as they are landed. Joins within one build use it, at a third of what md5 texts cost.
-#}
{% macro record_no(landing_seq, ordinal) -%}
    cast({{ landing_seq }} as bigint) * 2147483648 + {{ ordinal }}
{%- endmacro %}
