-- One row: who, where, when, what was claimed and what came out.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where cdr_key = getvariable('cdr_key')

),

prices as (

    select * from {{ ref('fct_cdr_prices') }}
    where cdr_key = getvariable('cdr_key')

),

partners as (

    select distinct
        partner,
        name
    from {{ ref('stg_config__partners') }}

),

final as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.cdr_id,
        cdrs.partner,
        partners.name as partner_name,
        cdrs.country_code,
        cdrs.party_id,
        cdrs.ocpi_version,
        cdrs.session_id,
        cdrs.location_id,
        cdrs.location_country,
        cdrs.evse_uid,
        cdrs.evse_id,
        cdrs.connector_id,
        cdrs.connector_power_type,
        cdrs.started_at,
        cdrs.ended_at,
        cdrs.started_local_at,
        cdrs.ended_local_at,
        cdrs.time_zone,
        cdrs.time_zone_source,
        cdrs.currency,
        cdrs.is_credit,
        cdrs.credit_reference_id,
        cdrs.total_energy_kwh,
        cdrs.total_time_h,
        cdrs.total_parking_time_h,
        cdrs.total_cost_excl_vat as claimed_excl_vat,
        cdrs.total_cost_incl_vat as claimed_incl_vat,
        cdrs.fixed_cost_excl_vat as claimed_fixed,
        cdrs.energy_cost_excl_vat as claimed_energy,
        cdrs.time_cost_excl_vat as claimed_time,
        cdrs.parking_cost_excl_vat as claimed_parking,
        cdrs.reservation_cost_excl_vat as claimed_reservation,
        prices.is_priced,
        prices.not_priced_code,
        prices.tariff_source,
        prices.total_excl_vat,
        prices.total_incl_vat,
        prices.total_excl_vat_rounded,
        prices.total_incl_vat_rounded,
        prices.rounding_decimals,
        prices.known_total_excl_vat,
        -- Both sides as finely as the claim is written, as in reconciliation.
        {{ round_like_claim('prices.total_excl_vat', 'cdrs.total_cost_excl_vat') }} as compared_excl_vat,
        {{ round_like_claim('prices.total_incl_vat', 'cdrs.total_cost_incl_vat') }} as compared_incl_vat
    from cdrs
    left join prices
        on cdrs.cdr_key = prices.cdr_key
    left join partners
        on cdrs.partner = partners.partner

)

select * from final
