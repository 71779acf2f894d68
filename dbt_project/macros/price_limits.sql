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
