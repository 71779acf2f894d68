{{ config(materialized='view') }}

{%- set form = '[{"percentage": "VARCHAR", "amount": "VARCHAR"}]' %}

-- 2.3.0 lists the taxes of each amount (types, Price). Read from what came: joining lists takes longer than reading the
-- few numbers again.
with details as (

    select
        *,
        case when starts_with(ltrim(total_cost), '{') and json_valid(total_cost) then total_cost end as total_cost_json
    from {{ ref('stg_ocpi__cdr_details') }}
    where ocpi_version like '2.3%'

),

opened as (

    select
        cdr_no,
        {%- for part in cost_parts() %}
        {{ read_number('total_' ~ part ~ '_cost.before_taxes') }} as {{ part }}_cost_excl_vat,
        from_json(total_{{ part }}_cost.taxes, '{{ form }}') as {{ part }}_cost_taxes,
        {%- endfor %}
        from_json(total_cost_json, '{"before_taxes": "VARCHAR", "taxes": {{ form }}}') as total
    from details

),

typed as (

    select
        opened.* exclude (opened.total),
        {{ read_number('opened.total.before_taxes') }} as total_cost_excl_vat,
        opened.total.taxes as total_cost_taxes
    from opened

),

final as (

    select
        *,
        {%- for part in cost_parts() %}
        {{ price_incl_vat(part ~ '_cost_excl_vat', 'null', part ~ '_cost_taxes') }} as {{ part }}_cost_incl_vat,
        {%- endfor %}
        {{ price_incl_vat('total_cost_excl_vat', 'null', 'total_cost_taxes') }} as total_cost_incl_vat
    from typed

)

select * from final
