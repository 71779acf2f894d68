with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

originals as (

    select
        partner,
        country_code,
        party_id,
        upper(cdr_id) as cdr_id,
        total_cost_excl_vat,
        total_cost_incl_vat
    from {{ ref('fct_cdrs') }}
    where not is_credit

),

totals as (

    select * from {{ ref('int_limited_totals') }}

),

known_tariffs as (

    select
        cdr_key,
        min_by(tariff_hash, period_index) as tariff_hash,
        min_by(price_hash, period_index) as price_hash
    from {{ ref('int_known_period_tariffs') }}
    group by cdr_key

),

unpriced as (

    select * from {{ ref('int_unpriced_cdrs') }}

),

line_sums as (

    select * from {{ ref('int_line_sums') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

joined as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        upper(cdrs.currency) as currency,
        unpriced.cdr_key is null and applied.cdr_key is not null as is_priced,
        unpriced.not_priced_code,
        case
            when applied.cdr_key is null then null
            when cdrs.tariff_set_hash is null then 'known_at_start'
            else 'embedded'
        end as tariff_source,
        applied.tariff_id,
        applied.first_tariff_hash as tariff_hash,
        price_hashes.price_hash,
        case
            when unpriced.cdr_key is null then applied.total_excl_vat
            when cdrs.is_credit then -originals.total_cost_excl_vat
        end as total_excl_vat,
        case
            when unpriced.cdr_key is null then applied.total_incl_vat
            when cdrs.is_credit then -originals.total_cost_incl_vat
        end as total_incl_vat,
        line_sums.* exclude (cdr_key, tariff_id, tariff_hash),
        coalesce(currencies.minor_unit, 2) as rounding_decimals,
        policies.policies,
        known_tariffs.tariff_hash as known_tariff_hash,
        known_tariffs.price_hash as known_price_hash,
        -- The scenario `known` exists only where it prices otherwise.
        case
            when unpriced.cdr_key is null and known_tariffs.cdr_key is not null
                then coalesce(known.total_excl_vat, applied.total_excl_vat)
        end as known_total_excl_vat,
        case
            when unpriced.cdr_key is null and known_tariffs.cdr_key is not null
                then coalesce(known.total_incl_vat, applied.total_incl_vat)
        end as known_total_incl_vat
    from cdrs
    left join totals as applied
        on cdrs.cdr_key = applied.cdr_key
        and applied.scenario = 'applied'
    left join totals as known
        on cdrs.cdr_key = known.cdr_key
        and known.scenario = 'known'
    left join unpriced
        on cdrs.cdr_key = unpriced.cdr_key
    left join line_sums
        on cdrs.cdr_key = line_sums.cdr_key
    left join price_hashes
        on applied.first_tariff_hash = price_hashes.tariff_hash
    left join known_tariffs
        on cdrs.cdr_key = known_tariffs.cdr_key
    left join originals
        on cdrs.is_credit
        and cdrs.partner = originals.partner
        and cdrs.country_code = originals.country_code
        and cdrs.party_id = originals.party_id
        and upper(cdrs.credit_reference_id) = originals.cdr_id
    left join policies
        on cdrs.partner = policies.partner
    left join currencies
        on upper(cdrs.currency) = currencies.currency

),

final as (

    select
        cdr_key,
        cdr_label,
        partner,
        currency,
        is_priced,
        not_priced_code,
        tariff_source,
        tariff_id,
        tariff_hash,
        price_hash,
        cast(total_excl_vat as decimal(38, 12)) as total_excl_vat,
        cast(total_incl_vat as decimal(38, 12)) as total_incl_vat,
        energy_excl_vat,
        time_excl_vat,
        parking_excl_vat,
        flat_excl_vat,
        reservation_excl_vat,
        adjustment_excl_vat,
        {{ round_to_minor_unit('total_excl_vat', 'rounding_decimals') }} as total_excl_vat_rounded,
        {{ round_to_minor_unit('total_incl_vat', 'rounding_decimals') }} as total_incl_vat_rounded,
        cast(rounding_decimals as integer) as rounding_decimals,
        policies,
        known_tariff_hash,
        known_price_hash,
        known_total_excl_vat,
        known_total_incl_vat
    from joined

)

select * from final
