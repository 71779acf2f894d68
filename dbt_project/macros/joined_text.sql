{#- The texts of a group in the given order, with commas; nulls left out, null when nothing is left. -#}
{% macro joined_text(expression, order, separator=',') -%}
    {{ return(adapter.dispatch('joined_text')(expression, order, separator)) }}
{%- endmacro %}

{% macro duckdb__joined_text(expression, order, separator) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}

{% macro spark__joined_text(expression, order, separator) -%}
    nullif(listagg({{ expression }}, '{{ separator }}') within group (order by {{ order }}), '')
{%- endmacro %}
