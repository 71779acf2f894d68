{#- One controlled rounding: half away from zero to the given number of decimals, kept exact as DECIMAL. -#}
{% macro round_money(expression, decimals=2) -%}
    cast(round({{ expression }}, {{ decimals }}) as decimal(38, 12))
{%- endmacro %}

{#- Exact product of two DECIMAL(18,6): widened first, because DuckDB keeps 18 digits otherwise and overflows. -#}
{% macro money_product(left, right) -%}
    cast(cast({{ left }} as decimal(38, 6)) * cast({{ right }} as decimal(38, 6)) as decimal(38, 12))
{%- endmacro %}
