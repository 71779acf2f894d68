{#- Whether the taxes named with an amount (`[{percentage, amount}]`, 2.3.0) do not follow from it. Several taxes may
    each have a part of the amount as their base, so that only too much is wrong there. Times 100 spares a division. -#}
{% macro is_tax_off(excl_vat, taxes, tolerance) -%}
    {%- set told = 'try_cast(tax.amount as decimal(12, 6))' -%}
    {%- set due = 'cast(' ~ excl_vat ~ ' as decimal(38, 6)) * try_cast(tax.percentage as decimal(12, 6))' -%}
    len(list_filter(
        {{ taxes }},
        lambda tax: case
            when len({{ taxes }}) = 1 then abs({{ told }} * 100 - {{ due }})
            else abs({{ told }}) * 100 - abs({{ due }})
        end > {{ tolerance }} * 100
    )) > 0
{%- endmacro %}

{#- Whether the amount with tax lies on the wrong side of the one without: tax has the sign of what it is levied on. -#}
{% macro is_tax_against(excl_vat, incl_vat, tolerance) -%}
    case
        when {{ excl_vat }} > 0 then {{ incl_vat }} < {{ excl_vat }} - {{ tolerance }}
        when {{ excl_vat }} = 0 then abs({{ incl_vat }}) > {{ tolerance }}
        else {{ incl_vat }} > {{ excl_vat }} + {{ tolerance }}
    end
{%- endmacro %}

{#- What is wrong with the tax of the amounts of a CDR (R55), as checks for `names_where`; lists of taxes are only looked
    at where the version has them. -#}
{% macro tax_checks(tolerance, lists_taxes=true) -%}
    {%- set checks = [] -%}
    {%- for part in ['total'] + cost_parts() -%}
        {%- set excl, incl, taxes = part ~ '_cost_excl_vat', part ~ '_cost_incl_vat', part ~ '_cost_taxes' -%}
        {%- set off = ' or ' ~ is_tax_off(excl, taxes, tolerance) if lists_taxes else '' -%}
        {%- do checks.append([part ~ ' cost', is_tax_against(excl, incl, tolerance) ~ off]) -%}
    {%- endfor -%}
    {%- set sums = 'part_count > 0 and taxed_part_count = part_count and abs(abs(parts_vat) - abs(total_vat)) > ' -%}
    {%- do checks.append(['sum of the parts', sums ~ tolerance]) -%}
    {{ return(checks) }}
{%- endmacro %}
