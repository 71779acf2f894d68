{#- A cost is a number in 2.1.1, {excl_vat, incl_vat} in 2.2.1 and {before_taxes, taxes[]} in 2.3.0 (types, Price).
    A text that only looks like an object (`"total_cost": "{x"`) must not stop the night. -#}

{% macro price_fields(text) -%}
    from_json(
        case when starts_with(ltrim({{ text }}), '{') and json_valid({{ text }}) then {{ text }} end,
        '{"excl_vat": "VARCHAR", "incl_vat": "VARCHAR", "before_taxes": "VARCHAR", "taxes": [{"amount": "VARCHAR"}]}'
    )
{%- endmacro %}

{% macro price_excl_vat_text(text, price) -%}
    case when {{ price }} is null then {{ text }} else coalesce({{ price }}.excl_vat, {{ price }}.before_taxes) end
{%- endmacro %}

{#- With tax: as sent in 2.2.1; in 2.3.0 the amount before tax plus every tax. No taxes list means unknown, not zero. -#}
{% macro price_incl_vat(excl_vat, incl_vat_text, taxes) -%}
    case
        when {{ taxes }} is null then {{ read_number(incl_vat_text) }}
        when not list_contains(list_transform({{ taxes }}, lambda tax: try_cast(tax.amount as decimal(18, 6)) is null), true)
            then {{ read_number(
                excl_vat ~ ' + coalesce(list_sum(list_transform(' ~ taxes ~ ', lambda tax: try_cast(tax.amount as decimal(18, 6)))), 0)'
            ) }}
    end
{%- endmacro %}
