{{ config(materialized='view') }}

-- Claimed and expected totals side by side, both at the precision of the claim.
with prices as (

    select
        *,
        cast(total_cost_excl_vat as decimal(38, 12)) as claimed_excl_vat,
        cast(total_cost_incl_vat as decimal(38, 12)) as claimed_incl_vat,
    from {{ ref('int_cdr_prices') }}

),

final as (

    select
        cdr_no,
        cdr_key,
        cdr_version_hash,
        cdr_label,
        partner,
        currency,
        session_date,
        billing_month,
        is_credit,
        is_priced,
        not_priced_code,
        tariff_source,
        tariff_id,
        tariff_hash,
        price_hash,
        known_tariff_hash,
        known_price_hash,
        claimed_excl_vat,
        claimed_incl_vat,
        total_excl_vat as expected_excl_vat,
        total_incl_vat as expected_incl_vat,
        known_total_excl_vat,
        {{ round_like_claim('claimed_excl_vat', 'claimed_excl_vat') }} as claimed_excl_vat_rounded,
        {{ round_like_claim('claimed_incl_vat', 'claimed_incl_vat') }} as claimed_incl_vat_rounded,
        {{ round_like_claim('total_excl_vat', 'claimed_excl_vat') }} as expected_excl_vat_rounded,
        {{ round_like_claim('total_incl_vat', 'claimed_incl_vat') }} as expected_incl_vat_rounded,
        {{ round_like_claim('known_total_excl_vat', 'claimed_excl_vat') }} as known_excl_vat_rounded,
    from prices

)

select * from final
