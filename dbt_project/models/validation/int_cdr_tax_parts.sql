{{ config(materialized='view') }}

-- The amounts of a CDR before and after tax.
with cdrs as (

    select * from {{ ref('int_cdrs_judged') }}

),

taxes as (

    select * from {{ ref('int_cdr_named_taxes') }}

),

taxed as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.rule_scope_no,
        cdrs.ocpi_version,
        cdrs.tariff_set_hash,
        {%- for part in cost_parts() %}
        cdrs.{{ part }}_cost_excl_vat,
        {{ price_incl_vat(
            'cdrs.' ~ part ~ '_cost_excl_vat', 'taxes.' ~ part ~ '_cost_incl_vat_text', 'taxes.' ~ part ~ '_cost_taxes'
        ) }} as {{ part }}_cost_incl_vat,
        taxes.{{ part }}_cost_taxes,
        {%- endfor %}
        cdrs.total_cost_excl_vat,
        cdrs.total_cost_incl_vat,
        taxes.total_cost_taxes
    from cdrs
    inner join taxes on cdrs.cdr_no = taxes.cdr_no

),

final as (

    select
        *,
        total_cost_incl_vat - total_cost_excl_vat as total_vat,
        {{ sum_of_parts('#_cost_incl_vat - #_cost_excl_vat') }} as parts_vat,
        {{ count_of_parts() }} as part_count,
        {{ count_of_parts('incl_vat') }} as taxed_part_count
    from taxed

)

select * from final
