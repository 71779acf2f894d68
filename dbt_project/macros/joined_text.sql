{#- The texts of a group in the given order, with commas; nulls left out, null when nothing is left. -#}
{% macro joined_text(expression, order) -%}
    {{ return(adapter.dispatch('joined_text')(expression, order)) }}
{%- endmacro %}

{% macro duckdb__joined_text(expression, order) -%}
    string_agg({{ expression }}, ',' order by {{ order }})
{%- endmacro %}

{% macro spark__joined_text(expression, order) -%}
    listagg({{ expression }}, ',') within group (order by {{ order }})
{%- endmacro %}
