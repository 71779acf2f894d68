{#-
    DuckDB brings a decimal of more than 18 digits to fewer decimals a bit at a time, a hundred times slower than one of
    18 digits. So each of these has a short way for the amounts that occur, and the long one for all others; both give
    the same digits.
-#}

{#- One controlled rounding: half away from zero to the given number of decimals, kept exact as DECIMAL. -#}
{% macro round_money(expression, decimals=2) -%}
    {{ return(adapter.dispatch('round_money')(expression, decimals)) }}
{%- endmacro %}

{% macro default__round_money(expression, decimals) -%}
    cast(round({{ expression }}, {{ decimals }}) as decimal(38, 12))
{%- endmacro %}

{% macro duckdb__round_money(expression, decimals) -%}
    case
        when abs({{ expression }}) < 900000
            then cast(cast(cast({{ expression }} as decimal(18, 12)) as decimal(18, {{ decimals }})) as decimal(38, 12))
        else cast(round({{ expression }}, {{ decimals }}) as decimal(38, 12))
    end
{%- endmacro %}

{#- Exact product of two DECIMAL(18,6): widened first, because DuckDB keeps 18 digits otherwise and overflows. -#}
{% macro money_product(left, right) -%}
    cast(cast({{ left }} as decimal(38, 6)) * cast({{ right }} as decimal(38, 6)) as decimal(38, 12))
{%- endmacro %}

{#- An amount with tax on top, exact to 12 decimals. -#}
{% macro with_tax(amount, percent) -%}
    {{ return(adapter.dispatch('with_tax')(amount, percent)) }}
{%- endmacro %}

{% macro default__with_tax(amount, percent) -%}
    cast(cast({{ amount }} as decimal(38, 12)) * cast(1 + cast({{ percent }} as decimal(18, 6)) * cast(0.01 as decimal(2, 2)) as decimal(18, 8)) as decimal(38, 12))
{%- endmacro %}

{#- The tax of up to 100 with a rate of two decimals fits into 18 digits of which 16 are decimals. -#}
{% macro duckdb__with_tax(amount, percent) -%}
    case
        when
            abs({{ amount }}) < 330 and {{ percent }} between 0 and 30
            and {{ percent }} = cast({{ percent }} as decimal(18, 2))
            then {{ amount }} + cast(cast(
                cast({{ amount }} as decimal(18, 12)) * cast({{ percent }} as decimal(5, 2)) * cast(0.01 as decimal(2, 2))
                as decimal(18, 16)
            ) as decimal(18, 12))
        else {{ default__with_tax(amount, percent) }}
    end
{%- endmacro %}

{#- To the currency's minor unit; DuckDB and Spark want the number of decimals as a constant. -#}
{% macro round_to_minor_unit(amount, minor_unit) -%}
    case {{ minor_unit }}
        when 0 then {{ round_money(amount, 0) }}
        when 3 then {{ round_money(amount, 3) }}
        else {{ round_money(amount, 2) }}
    end
{%- endmacro %}

{#- What an amount with tax inside is without it, exact to 12 decimals. -#}
{% macro without_tax(amount, percent) -%}
    {{ divide_exactly(amount ~ ' * 100', '100 + ' ~ percent) }}
{%- endmacro %}

{#- A price an hour for a time in millionths of a second, exact to 12 decimals. -#}
{% macro price_of_seconds(price, microseconds) -%}
    case
        when abs({{ price }}) < 1000 and abs({{ microseconds }}) < 4000000000
            then {{ from_trillionths(divide_whole(millionths(price) ~ ' * ' ~ microseconds, 3600)) }}
        else {{ divide_exactly(money_product(price, from_millionths(microseconds)), 3600) }}
    end
{%- endmacro %}
