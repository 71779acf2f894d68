{#-
    Exact quotient of two decimals, rounded half away from zero to 12 decimals.
    Division is the one operation that differs between engines: DuckDB turns it into DOUBLE, so it is done on whole
    numbers there; Spark divides decimals itself.
    Numbers that 38 digits cannot divide exactly (above 90 million millions) are divided as DOUBLE: no real amount comes
    near, and a nonsensical one is a finding that must not stop a build.
-#}
{% macro divide_exactly(dividend, divisor) -%}
    {{ return(adapter.dispatch('divide_exactly')(dividend, divisor)) }}
{%- endmacro %}

{% macro duckdb__divide_exactly(dividend, divisor) -%}
    case
        when abs({{ dividend }}) < 90000000000000 and abs({{ divisor }}) < 900000000000 then cast(
            cast(
                (
                    2 * cast(cast({{ dividend }} as decimal(38, 12)) * 1000000000000 as hugeint) * 1000000
                    + sign({{ dividend }}) * cast(cast({{ divisor }} as decimal(18, 6)) * 1000000 as hugeint)
                ) // (2 * cast(cast({{ divisor }} as decimal(18, 6)) * 1000000 as hugeint))
                as decimal(38, 0)
            ) * cast(0.000000000001 as decimal(12, 12))
            as decimal(38, 12)
        )
        else try_cast(cast({{ dividend }} as double) / cast({{ divisor }} as double) as decimal(38, 12))
    end
{%- endmacro %}

{% macro spark__divide_exactly(dividend, divisor) -%}
    cast(cast({{ dividend }} as decimal(38, 12)) / cast({{ divisor }} as decimal(18, 6)) as decimal(38, 12))
{%- endmacro %}

{#-
    amount * numerator / denominator, rounded half away from zero to 12 decimals. The amount may carry 6 decimals, the
    other two 12. What 38 digits cannot hold is done as DOUBLE, as above: no amount below 6 million comes near.
-#}
{% macro scale_exactly(amount, numerator, denominator) -%}
    {{ return(adapter.dispatch('scale_exactly')(amount, numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__scale_exactly(amount, numerator, denominator) -%}
    case
        when
            greatest(abs({{ amount }}), abs({{ numerator }}), abs({{ denominator }})) < 9000000000000
            and abs(cast({{ amount }} as double) * cast({{ numerator }} as double)) < 80000000000000
            then cast(
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
        else try_cast(
            cast({{ amount }} as double) * cast({{ numerator }} as double) / cast({{ denominator }} as double)
            as decimal(38, 12)
        )
    end
{%- endmacro %}

{% macro spark__scale_exactly(amount, numerator, denominator) -%}
    cast(
        cast({{ amount }} as decimal(18, 6)) * cast({{ numerator }} as decimal(20, 12)) / {{ denominator }}
        as decimal(38, 12)
    )
{%- endmacro %}
