{{ config(materialized='view') }}

-- Claimed and expected totals side by side, both at the precision of the claim.
with cdrs as (

    select
        *,
        cast(total_cost_excl_vat as decimal(38, 12)) as claimed_excl_vat,
        cast(total_cost_incl_vat as decimal(38, 12)) as claimed_incl_vat,
    from {{ ref('fct_cdrs') }}

),

prices as (

    select * from {{ ref('int_cdr_prices') }}

),

final as (

    select
        cdrs.cdr_key,
        cdrs.cdr_version_hash,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.currency,
        cdrs.session_date,
        cdrs.billing_month,
        cdrs.is_credit,
        coalesce(prices.is_priced, false) as is_priced,
        prices.not_priced_code,
        prices.tariff_source,
        prices.tariff_id,
        prices.tariff_hash,
        prices.price_hash,
        prices.known_tariff_hash,
        prices.known_price_hash,
        cdrs.claimed_excl_vat,
        cdrs.claimed_incl_vat,
        prices.total_excl_vat as expected_excl_vat,
        prices.total_incl_vat as expected_incl_vat,
        prices.known_total_excl_vat,
        {{ round_like_claim('cdrs.claimed_excl_vat', 'cdrs.claimed_excl_vat') }} as claimed_excl_vat_rounded,
        {{ round_like_claim('cdrs.claimed_incl_vat', 'cdrs.claimed_incl_vat') }} as claimed_incl_vat_rounded,
        {{ round_like_claim('prices.total_excl_vat', 'cdrs.claimed_excl_vat') }} as expected_excl_vat_rounded,
        {{ round_like_claim('prices.total_incl_vat', 'cdrs.claimed_incl_vat') }} as expected_incl_vat_rounded,
        {{ round_like_claim('prices.known_total_excl_vat', 'cdrs.claimed_excl_vat') }} as known_excl_vat_rounded,
    from cdrs
    left join prices
        on cdrs.cdr_no = prices.cdr_no

)

select * from final
