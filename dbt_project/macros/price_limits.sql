{#- The amount of a limit (`min_price` or `max_price`) as text: {excl_vat, incl_vat} in 2.2.1, {before_taxes, after_taxes} in 2.3.0. -#}
{% macro limit_text(bound, side) -%}
    {%- set newer_name = {'excl_vat': 'before_taxes', 'incl_vat': 'after_taxes'}[side] -%}
    coalesce(tariff.{{ bound }}.{{ newer_name }}, tariff.{{ bound }}.{{ side }})
{%- endmacro %}

{#- A limit that is there and cannot be read would be none. -#}
{% macro is_unreadable_limit(bound) -%}
    (
        coalesce({{ bound }}_type not in ('OBJECT', 'NULL'), false)
        {%- for side in ['excl_vat', 'incl_vat'] %}
        or ({{ limit_text(bound, side) }} is not null and {{ read_number(limit_text(bound, side)) }} is null)
        {%- endfor %}
    )
{%- endmacro %}

{#-
    The total with tax after a limit (`min` or `max`): the limit's own amount after tax where it names one; else scaled
    with the base where the base was limited, unless the partner's policy leaves tax untouched.
-#}
{% macro limited_incl_vat(stage, bound, amounts, policy) -%}
{%- set limit = 'greatest' if bound == 'min' else 'least' -%}
{%- set comparison = '<' if bound == 'min' else '>' -%}
    case
        when {{ amounts }}.{{ stage }}_incl_vat is null then null
        when {{ amounts }}.{{ bound }}_price_incl_vat is not null
            then {{ limit }}({{ amounts }}.{{ stage }}_incl_vat, {{ amounts }}.{{ bound }}_price_incl_vat)
        when {{ amounts }}.{{ stage }}_excl_vat {{ comparison }} {{ amounts }}.{{ bound }}_price_excl_vat
            and {{ policy }}.limit_tax = 'scale'
            then case
                when {{ amounts }}.{{ stage }}_excl_vat = 0
                    then {{ with_tax(amounts ~ '.' ~ bound ~ '_price_excl_vat', amounts ~ '.first_vat_percent') }}
                else {{ scale_exactly(
                    amounts ~ '.' ~ bound ~ '_price_excl_vat',
                    amounts ~ '.' ~ stage ~ '_incl_vat',
                    amounts ~ '.' ~ stage ~ '_excl_vat'
                ) }}
            end
        else {{ amounts }}.{{ stage }}_incl_vat
    end
{%- endmacro %}
