{{ config(materialized='view') }}

{%- set form = '[{"percentage": "VARCHAR", "amount": "VARCHAR"}]' %}

-- The tax that a CDR names with each of its amounts: the amount after tax in 2.2.1, a list of taxes in 2.3.0.
with details as (

    select
        *,
        case when starts_with(ltrim(total_cost), '{') and json_valid(total_cost) then total_cost end as total_cost_json
    from {{ ref('stg_ocpi__cdr_details') }}
    -- 2.1.1 names none.
    where not {{ is_ocpi_21('ocpi_version') }}

),

final as (

    select
        cdr_no,
        {%- for part in cost_parts() %}
        total_{{ part }}_cost.incl_vat as {{ part }}_cost_incl_vat_text,
        from_json(total_{{ part }}_cost.taxes, '{{ form }}') as {{ part }}_cost_taxes,
        {%- endfor %}
        from_json(total_cost_json, '{"taxes": {{ form }}}').taxes as total_cost_taxes
    from details

)

select * from final
