{#-
    Exact quotient of two decimals, rounded half away from zero to 12 decimals.
    Division is the one operation that differs between engines: DuckDB turns it into DOUBLE, so it is done on whole
    numbers there; Spark divides decimals, but rounds twice, and what 18 decimals made a half goes up with 12.
    Where 38 digits cannot hold 12 decimals (above 90 million millions) the quotient has 6: no real amount comes near,
    and a nonsensical one is a finding that must not stop a build.
-#}
{% macro divide_exactly(dividend, divisor) -%}
    {{ return(adapter.dispatch('divide_exactly')(dividend, divisor)) }}
{%- endmacro %}

{% macro duckdb__divide_exactly(dividend, divisor) -%}
    {%- set divisor = 'cast(' ~ divisor ~ ' as decimal(38, 6))' -%}
    case
        when {{ dividend }} is null then null
        when abs({{ dividend }}) < 90000000000000 and abs({{ divisor }}) < 900000000000
            then {{ whole_quotient(whole(dividend, 12) ~ ' * 1000000', whole(divisor, 6), 12) }}
        else {{ whole_quotient(whole(dividend, 6) ~ ' * 1000000', whole(divisor, 6), 6) }}
    end
{%- endmacro %}

{% macro spark__divide_exactly(dividend, divisor) -%}
    {{ exact_quotient('cast(' ~ dividend ~ ' as decimal(38, 12))', 'cast(' ~ divisor ~ ' as decimal(18, 6))') }}
{%- endmacro %}

{#-
    amount * numerator / denominator, rounded half away from zero to 12 decimals. The amount may carry 6 decimals, the
    other two 12. Above 9 million the result has 6 decimals, as above.
-#}
{% macro scale_exactly(amount, numerator, denominator) -%}
    {{ return(adapter.dispatch('scale_exactly')(amount, numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__scale_exactly(amount, numerator, denominator) -%}
    case
        when
            greatest(abs({{ amount }}), abs({{ numerator }})) < 9000000
            and abs({{ denominator }}) < 90000000000000
            then {{ whole_quotient(
                whole(amount, 6) ~ ' * ' ~ whole(numerator, 12) ~ ' * 1000000', whole(denominator, 12), 12
            ) }}
        else {{ whole_quotient(whole(amount, 6) ~ ' * ' ~ whole(numerator, 6), whole(denominator, 6), 6) }}
    end
{%- endmacro %}

{% macro spark__scale_exactly(amount, numerator, denominator) -%}
    {{ exact_quotient(
        'cast(' ~ amount ~ ' as decimal(18, 6)) * cast(' ~ numerator ~ ' as decimal(38, 12))',
        'cast(' ~ denominator ~ ' as decimal(26, 12))'
    ) }}
{%- endmacro %}

{#- DuckDB: a decimal as a whole number of its last decimal. -#}
{% macro whole(amount, decimals) -%}
    cast(cast({{ amount }} as decimal(38, {{ decimals }})) * {{ 10 ** decimals }} as hugeint)
{%- endmacro %}

{#- DuckDB: the quotient of whole numbers, counted in its last decimal; null where even that is too large. -#}
{% macro whole_quotient(dividend, divisor, decimals) -%}
    try_cast(
        try_cast(
            (2 * {{ dividend }} + sign({{ dividend }}) * abs({{ divisor }})) // (2 * {{ divisor }}) as decimal(38, 0)
        ) * cast({{ '0.' ~ '0' * (decimals - 1) ~ '1' }} as decimal({{ decimals }}, {{ decimals }}))
        as decimal(38, 12)
    )
{%- endmacro %}

{#- Spark: the quotient's whole part, and what remains in whole numbers of the 12th decimal, so that it is rounded once. -#}
{% macro exact_quotient(dividend, divisor) -%}
    {%- set whole_part = 'cast(abs(' ~ dividend ~ ') div abs(' ~ divisor ~ ') as decimal(38, 12))' -%}
    {%- set remains = 'abs(' ~ dividend ~ ') % abs(' ~ divisor ~ ')' -%}
    case
        when try_divide({{ dividend }}, {{ divisor }}) is null then null
        when abs({{ dividend }} / {{ divisor }}) < 900000000000000000 and abs({{ divisor }}) < 9000000
            then case when ({{ dividend }} < 0) = ({{ divisor }} < 0) then 1 else -1 end * (
                {{ whole_part }} + {{ from_trillionths(
                    '((2000000000000 * (' ~ remains ~ ') + abs(' ~ divisor ~ ')) div (2 * abs(' ~ divisor ~ ')))'
                ) }}
            )
        else cast({{ dividend }} / {{ divisor }} as decimal(38, 12))
    end
{%- endmacro %}
