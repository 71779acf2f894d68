with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

applied as (

    select * from {{ ref('int_applied_totals') }}

),

credits as (

    select * from {{ ref('int_credit_totals') }}

),

known as (

    select * from {{ ref('int_known_totals') }}

),

unpriced as (

    select * from {{ ref('int_unpriced_cdrs') }}

),

line_sums as (

    select * from {{ ref('int_line_sums') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

final as (

    select
        cdrs.cdr_key,
        cdrs.cdr_version_hash,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.currency,
        coalesce(applied.is_priced, false) as is_priced,
        unpriced.not_priced_code,
        applied.tariff_source,
        applied.tariff_id,
        applied.tariff_hash,
        applied.price_hash,
        cast(coalesce(applied.total_excl_vat, credits.total_excl_vat) as decimal(38, 12)) as total_excl_vat,
        cast(coalesce(applied.total_incl_vat, credits.total_incl_vat) as decimal(38, 12)) as total_incl_vat,
        line_sums.energy_excl_vat,
        line_sums.time_excl_vat,
        line_sums.parking_excl_vat,
        line_sums.flat_excl_vat,
        line_sums.reservation_excl_vat,
        line_sums.adjustment_excl_vat,
        cast(coalesce(currencies.minor_unit, 2) as integer) as rounding_decimals,
        {{ round_to_minor_unit('coalesce(applied.total_excl_vat, credits.total_excl_vat)', 'currencies.minor_unit') }}
            as total_excl_vat_rounded,
        {{ round_to_minor_unit('coalesce(applied.total_incl_vat, credits.total_incl_vat)', 'currencies.minor_unit') }}
            as total_incl_vat_rounded,
        policies.policies,
        known.known_tariff_hash,
        known.known_price_hash,
        known.known_total_excl_vat,
        known.known_total_incl_vat
    from cdrs
    left join applied
        on cdrs.cdr_key = applied.cdr_key
    left join credits
        on cdrs.cdr_key = credits.cdr_key
    left join known
        on cdrs.cdr_key = known.cdr_key
    left join unpriced
        on cdrs.cdr_key = unpriced.cdr_key
    left join line_sums
        on cdrs.cdr_key = line_sums.cdr_key
    left join policies
        on cdrs.partner = policies.partner
    left join currencies
        on cdrs.currency = currencies.currency

)

select * from final
