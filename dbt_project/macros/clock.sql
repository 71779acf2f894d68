{#- The business clock of the run. Nothing in SQL asks the wall clock. -#}
{% macro as_of() -%}
    cast('{{ var("as_of") }}' as timestamptz)
{%- endmacro %}
