{#-
    To the currency's minor unit under a named mode: half_up (default), half_even, down, up (away from zero) or ceiling.
    Works on whole minor units, so that it stays exact in every engine.
-#}
{% macro round_by_mode(amount, minor_unit, mode) -%}
    {#- Spark's own sign() is a DOUBLE, and would make one of the amount. -#}
    {%- set sign = 'case when (' ~ amount ~ ') < 0 then -1 else 1 end' -%}
    {%- set units = '(' ~ amount ~ ') * case ' ~ minor_unit ~ ' when 0 then 1 when 3 then 1000 else 100 end' -%}
    case
        when coalesce({{ mode }}, 'half_up') = 'half_up' then {{ round_to_minor_unit(amount, minor_unit) }}
        else cast(
            case {{ mode }}
                when 'ceiling' then ceil({{ units }})
                when 'up' then {{ sign }} * ceil(abs({{ units }}))
                when 'down' then {{ sign }} * floor(abs({{ units }}))
                else {{ sign }} * (
                    floor(abs({{ units }}))
                    + case
                        when abs({{ units }}) - floor(abs({{ units }})) > 0.5 then 1
                        when abs({{ units }}) - floor(abs({{ units }})) = 0.5 and floor(abs({{ units }})) % 2 = 1 then 1
                        else 0
                    end
                )
            end * case {{ minor_unit }} when 0 then 1 when 3 then 0.001 else 0.01 end
            as decimal(38, 12)
        )
    end
{%- endmacro %}

{#- An amount times a percentage, exact to 12 decimals. -#}
{% macro percent_of(amount, percent) -%}
    cast(cast({{ amount }} as decimal(38, 12)) * cast(cast({{ percent }} as decimal(18, 6)) * cast(0.01 as decimal(2, 2)) as decimal(18, 8)) as decimal(38, 12))
{%- endmacro %}
