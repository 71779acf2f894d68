{#-
    One bound of the Wilson interval of a share (E. B. Wilson 1927), six decimals; `direction` is 1 for the upper bound
    and -1 for the lower. Rates are the one place where floating point is good enough: they are never added up.
-#}
{% macro wilson_bound(numerator, denominator, z, direction) -%}
    {%- set p = '(cast(' ~ numerator ~ ' as double) / ' ~ denominator ~ ')' -%}
    {%- set z = 'cast(' ~ z ~ ' as double)' -%}
    cast(
        least(1, greatest(0, (
            {{ p }} + {{ z }} * {{ z }} / (2 * {{ denominator }})
            + {{ direction }} * {{ z }} * sqrt(
                {{ p }} * (1 - {{ p }}) / {{ denominator }} + {{ z }} * {{ z }} / (4.0 * {{ denominator }} * {{ denominator }})
            )
        ) / (1 + {{ z }} * {{ z }} / {{ denominator }})))
        as decimal(18, 6)
    )
{%- endmacro %}
