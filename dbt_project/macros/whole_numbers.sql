{#-
    Amounts counted in whole numbers of their last decimal, as BIGINT: the short way where a division is needed, for
    wider numbers are divided a bit at a time. Callers see to it that 2 * dividend stays below 2^63.
-#}

{#- The quotient of whole numbers, rounded half away from zero. -#}
{% macro divide_whole(dividend, divisor) -%}
    {{ return(adapter.dispatch('divide_whole')(dividend, divisor)) }}
{%- endmacro %}

{% macro duckdb__divide_whole(dividend, divisor) -%}
    (2 * ({{ dividend }}) + sign({{ dividend }}) * ({{ divisor }})) // (2 * ({{ divisor }}))
{%- endmacro %}

{% macro spark__divide_whole(dividend, divisor) -%}
    ((2 * ({{ dividend }}) + cast(sign({{ dividend }}) as bigint) * ({{ divisor }})) div (2 * ({{ divisor }})))
{%- endmacro %}

{#- A DECIMAL(18,6) as a count of millionths. -#}
{% macro millionths(amount) -%}
    cast({{ amount }} * 1000000 as bigint)
{%- endmacro %}

{#- A count of millionths, or of millionths of millionths, as a decimal. -#}
{% macro from_millionths(count) -%}
    cast(cast({{ count }} as decimal(38, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(38, 6))
{%- endmacro %}

{% macro from_trillionths(count) -%}
    cast(cast({{ count }} as decimal(26, 0)) * cast(0.000000000001 as decimal(12, 12)) as decimal(38, 12))
{%- endmacro %}
