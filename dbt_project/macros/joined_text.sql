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

{#- The different texts of a group in alphabetical order; nulls left out, null when nothing is left. -#}
{% macro distinct_text(expression, separator=',') -%}
    {{ return(adapter.dispatch('distinct_text')(expression, separator)) }}
{%- endmacro %}

{% macro duckdb__distinct_text(expression, separator) -%}
    string_agg(distinct {{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}

{% macro spark__distinct_text(expression, separator) -%}
    listagg(distinct {{ expression }}, '{{ separator }}') within group (order by {{ expression }})
{%- endmacro %}
