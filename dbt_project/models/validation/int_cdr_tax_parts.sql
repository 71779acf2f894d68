{{ config(materialized='view') }}

{%- set parts = ['fixed', 'energy', 'time', 'parking', 'reservation'] %}
{%- set taxes_form = '[{"percentage": "VARCHAR", "amount": "VARCHAR"}]' %}

-- The amounts of a CDR with the tax that is named with each. 2.1.1 names none.
with details as (

    select
        cdr_no,
        case when starts_with(ltrim(total_cost), '{') and json_valid(total_cost) then total_cost end as total_cost,
        {%- for part in parts %}
        total_{{ part }}_cost{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_ocpi__cdr_details') }}
    where not {{ is_ocpi_21('ocpi_version') }}

),

cdrs as (

    select * from {{ ref('int_cdrs_judged') }}

),

opened as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.rule_scope_no,
        cdrs.ocpi_version,
        cdrs.tariff_set_hash,
        cdrs.total_cost_excl_vat,
        cdrs.total_cost_incl_vat,
        from_json(details.total_cost, '{"taxes": {{ taxes_form }}}').taxes as total_cost_taxes,
        {%- for part in parts %}
        cdrs.{{ part }}_cost_excl_vat,
        details.total_{{ part }}_cost.incl_vat as {{ part }}_cost_incl_vat_text,
        from_json(details.total_{{ part }}_cost.taxes, '{{ taxes_form }}') as {{ part }}_cost_taxes{{ ',' if not loop.last }}
        {%- endfor %}
    from cdrs
    inner join details on cdrs.cdr_no = details.cdr_no

),

final as (

    select
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        ocpi_version,
        tariff_set_hash,
        total_cost_excl_vat,
        total_cost_incl_vat,
        total_cost_taxes,
        {%- for part in parts %}
        {{ part }}_cost_excl_vat,
        {{ price_incl_vat(part ~ '_cost_excl_vat', part ~ '_cost_incl_vat_text', part ~ '_cost_taxes') }} as {{ part }}_cost_incl_vat,
        {{ part }}_cost_taxes{{ ',' if not loop.last }}
        {%- endfor %}
    from opened

)

select * from final
