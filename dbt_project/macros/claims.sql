{#-
    An amount with as many decimals as a claim shows, between two and four. OCPI numbers carry at most four, and JSON
    drops trailing zeros, so that 9.1 is 9.10. Constant scales because DuckDB and Spark want them.
-#}
{% macro round_like_claim(amount, claim) -%}
    case
        when {{ claim }} = {{ round_money(claim, 2) }} then {{ round_money(amount, 2) }}
        when {{ claim }} = {{ round_money(claim, 3) }} then {{ round_money(amount, 3) }}
        else {{ round_money(amount, 4) }}
    end
{%- endmacro %}

{#- A number as text for people, four decimals. -#}
{% macro as_text(number) -%}
    cast(cast({{ number }} as decimal(38, 4)) as varchar)
{%- endmacro %}

{#- R50: within a fixed amount, or a share of what was expected. Nearly all differences need no percentage, which takes
    longest. Null where nothing was compared. -#}
{% macro is_tolerated(difference, expectation, tolerance, tolerance_percent) -%}
    case
        when abs({{ difference }}) <= {{ tolerance }} then true
        else abs({{ difference }}) <= {{ percent_of('abs(' ~ expectation ~ ')', tolerance_percent) }}
    end
{%- endmacro %}
