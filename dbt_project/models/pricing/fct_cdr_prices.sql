{{ config(materialized='view') }}

with prices as (

    select * from {{ ref('int_cdr_prices') }}

),

final as (

    select
        cdr_key,
        cdr_version_hash,
        cdr_label,
        partner,
        currency,
        is_priced,
        not_priced_code,
        tariff_source,
        tariff_id,
        tariff_hash,
        price_hash,
        total_excl_vat,
        total_incl_vat,
        energy_excl_vat,
        time_excl_vat,
        parking_excl_vat,
        flat_excl_vat,
        reservation_excl_vat,
        adjustment_excl_vat,
        total_excl_vat_rounded,
        total_incl_vat_rounded,
        rounding_decimals,
        policies,
        known_tariff_hash,
        known_price_hash,
        known_total_excl_vat,
        known_total_incl_vat
    from prices

)

select * from final
