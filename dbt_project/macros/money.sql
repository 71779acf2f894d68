{#- One controlled rounding: half away from zero to the given number of decimals, kept exact as DECIMAL. -#}
{% macro round_money(expression, decimals=2) -%}
    cast(round({{ expression }}, {{ decimals }}) as decimal(38, 12))
{%- endmacro %}

{#- Exact product of two DECIMAL(18,6): widened first, because DuckDB keeps 18 digits otherwise and overflows. -#}
{% macro money_product(left, right) -%}
    cast(cast({{ left }} as decimal(38, 6)) * cast({{ right }} as decimal(38, 6)) as decimal(38, 12))
{%- endmacro %}

{#- An amount with tax on top, exact to 12 decimals. -#}
{% macro with_tax(amount, percent) -%}
    cast(cast({{ amount }} as decimal(38, 12)) * cast(1 + cast({{ percent }} as decimal(18, 6)) * cast(0.01 as decimal(2, 2)) as decimal(18, 8)) as decimal(38, 12))
{%- endmacro %}

{#- To the currency's minor unit; DuckDB and Spark want the number of decimals as a constant. -#}
{% macro round_to_minor_unit(amount, minor_unit) -%}
    case {{ minor_unit }}
        when 0 then {{ round_money(amount, 0) }}
        when 3 then {{ round_money(amount, 3) }}
        else {{ round_money(amount, 2) }}
    end
{%- endmacro %}
