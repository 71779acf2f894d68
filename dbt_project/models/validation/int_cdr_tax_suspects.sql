-- R55, for whoever is held to most: only these are looked at for what was agreed with the partner.
with strictest as (

    select min(value) as tolerance_per_part
    from {{ ref('int_rule_settings') }}
    where rule_code = 'tax_arithmetic' and parameter = 'tolerance_per_part'

),

{% for source, lists_taxes in [('int_cdr_amounts_after_tax', false), ('int_cdr_listed_taxes', true)] -%}
{{ source }}_bounded as (

    select
        amounts.*,
        amounts.total_cost_incl_vat - amounts.total_cost_excl_vat as total_vat,
        {{ sum_of_parts('amounts.#_cost_incl_vat - amounts.#_cost_excl_vat') }} as parts_vat,
        {{ count_of_parts('excl_vat') }} as part_count,
        {{ count_of_parts('incl_vat') }} as taxed_part_count,
        cast(strictest.tolerance_per_part * ({{ count_of_parts('excl_vat') }} + 1) as decimal(18, 6)) as tolerance
    from {{ ref(source) }} as amounts
    cross join strictest

),

{{ source }}_off as (

    select *
    from {{ source }}_bounded
    where
        false
        {%- for name, condition in tax_checks('tolerance', lists_taxes) %}
        or ({{ condition }})
        {%- endfor %}

),

{% endfor -%}
final as (

    select * from int_cdr_listed_taxes_off
    union all by name
    select * from int_cdr_amounts_after_tax_off

)

select * from final
