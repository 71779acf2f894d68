-- R53: energy for nothing. Where the tariff comes to nothing, or is OCPI's free tariff (mod_tariffs: FLAT of 0.00, so
-- nothing but zeros), that is right; less than nothing is R52's.
with reconciled as (

    select
        cdr_key,
        cdr_label,
        partner,
        currency,
        tariff_hash,
        coalesce(expected_excl_vat, expected_incl_vat) as expectation,
    from {{ ref('fct_cdr_reconciliation') }}
    where not is_credit and coalesce(claimed_excl_vat, claimed_incl_vat) = 0

),

cdrs as (

    select
        cdr_key,
        total_energy_kwh,
    from {{ ref('fct_cdrs') }}
    where
        total_energy_kwh > 0
        and cdr_key in (select reconciled.cdr_key from reconciled)

),

charging_tariffs as (

    select distinct tariff_hash from {{ ref('int_tariff_components') }}
    where price <> 0

),

final as (

    select
        'cdr' as object_type,
        reconciled.cdr_key as object_key,
        reconciled.cdr_label as object_label,
        reconciled.partner,
        'price_zero_with_energy' as rule_code,
        cast(null as varchar) as severity,
        {{ number_text('cdrs.total_energy_kwh') }} || ' kWh for 0' as observed,
        case when reconciled.expectation is not null then {{ as_text('reconciled.expectation') }} end as bound,
    from reconciled
    inner join cdrs
        on reconciled.cdr_key = cdrs.cdr_key
    left join charging_tariffs
        on reconciled.tariff_hash = charging_tariffs.tariff_hash
    where
        reconciled.expectation is distinct from 0
        and (reconciled.tariff_hash is null or charging_tariffs.tariff_hash is not null)

)

select * from final
