{#- A tariff body is known by its text and by the OCPI version whose rules it follows. -#}
{% macro tariff_hash(ocpi_version, body) -%}
    md5({{ ocpi_version }} || '|' || cast({{ body }} as varchar))
{%- endmacro %}
