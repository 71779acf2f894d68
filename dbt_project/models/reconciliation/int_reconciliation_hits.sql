{%- set families = [
    'int_session_absence_hits', 'int_session_match_hits', 'int_price_hits', 'int_price_limit_hits', 'int_free_charge_hits',
    'int_tax_rate_hits', 'int_tariff_version_hits', 'int_agreement_hits',
] -%}
with final as (

    {% for family in families -%}
    select * from {{ ref(family) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
