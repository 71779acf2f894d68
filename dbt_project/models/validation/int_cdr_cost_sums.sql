{{ config(materialized='view') }}

-- What a CDR costs and what its subtotals come to. OCPI asks for none of them.
with cdrs as (

    select * from {{ ref('int_cdrs_judged') }}

),

final as (

    select
        cdr_key,
        cdr_label,
        partner,
        ocpi_version,
        tariff_set_hash,
        is_credit,
        rule_scope_no,
        currency,
        total_cost_excl_vat,
        total_energy_kwh,
        {{ sum_of_parts('#_cost_excl_vat') }} as parts_excl_vat,
        {{ count_of_parts() }} as part_count,
        -- What was paid for the energy, however long it took.
        total_cost_excl_vat - coalesce(time_cost_excl_vat, 0) - coalesce(parking_cost_excl_vat, 0)
        - coalesce(reservation_cost_excl_vat, 0) as energy_price_excl_vat
    from cdrs

)

select * from final
