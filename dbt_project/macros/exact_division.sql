{#-
    Exact quotient of two decimals, rounded half away from zero to 12 decimals.
    Division is the one operation that differs between engines: DuckDB turns it into DOUBLE, so it is done on whole
    numbers there; Spark divides decimals itself.
-#}
{% macro divide_exactly(dividend, divisor) -%}
    {{ return(adapter.dispatch('divide_exactly')(dividend, divisor)) }}
{%- endmacro %}

{% macro duckdb__divide_exactly(dividend, divisor) -%}
    cast(
        cast(
            (
                2 * cast(cast({{ dividend }} as decimal(38, 12)) * 1000000000000 as hugeint) * 1000000
                + sign({{ dividend }}) * cast(cast({{ divisor }} as decimal(18, 6)) * 1000000 as hugeint)
            ) // (2 * cast(cast({{ divisor }} as decimal(18, 6)) * 1000000 as hugeint))
            as decimal(38, 0)
        ) * cast(0.000000000001 as decimal(12, 12))
        as decimal(38, 12)
    )
{%- endmacro %}

{% macro spark__divide_exactly(dividend, divisor) -%}
    cast(cast({{ dividend }} as decimal(38, 12)) / cast({{ divisor }} as decimal(18, 6)) as decimal(38, 12))
{%- endmacro %}

{#- amount * numerator / denominator, rounded half away from zero to 12 decimals; all three may carry 12 decimals. -#}
{% macro scale_exactly(amount, numerator, denominator) -%}
    {{ return(adapter.dispatch('scale_exactly')(amount, numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__scale_exactly(amount, numerator, denominator) -%}
    cast(
        cast(
            (
                2 * cast({{ amount }} * 1000000 as hugeint) * cast({{ numerator }} * 1000000000000 as hugeint) * 1000000
                + sign({{ amount }}) * sign({{ numerator }}) * sign({{ denominator }})
                * abs(cast({{ denominator }} * 1000000000000 as hugeint))
            ) // (2 * cast({{ denominator }} * 1000000000000 as hugeint))
            as decimal(38, 0)
        ) * cast(0.000000000001 as decimal(12, 12))
        as decimal(38, 12)
    )
{%- endmacro %}

{% macro spark__scale_exactly(amount, numerator, denominator) -%}
    cast(
        cast({{ amount }} as decimal(18, 6)) * cast({{ numerator }} as decimal(20, 12)) / {{ denominator }}
        as decimal(38, 12)
    )
{%- endmacro %}
