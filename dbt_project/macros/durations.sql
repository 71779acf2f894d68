{#- Seconds from one moment to a later one, negative when it is earlier; whole seconds. -#}
{% macro elapsed_s(earlier, later) -%}
    {{ return(adapter.dispatch('elapsed_s')(earlier, later)) }}
{%- endmacro %}

{% macro duckdb__elapsed_s(earlier, later) -%}
    date_sub('second', {{ earlier }}, {{ later }})
{%- endmacro %}

{% macro spark__elapsed_s(earlier, later) -%}
    timestampdiff(second, {{ earlier }}, {{ later }})
{%- endmacro %}
