with comparisons as (

    select
        *,
        cast(claimed_excl_vat_rounded - expected_excl_vat_rounded as decimal(38, 12)) as difference_excl_vat,
        cast(claimed_incl_vat_rounded - expected_incl_vat_rounded as decimal(38, 12)) as difference_incl_vat,
        cast(claimed_excl_vat_rounded - known_excl_vat_rounded as decimal(38, 12)) as difference_to_known_excl_vat,
    from {{ ref('int_cdr_comparisons') }}

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

settings as (

    {{ rule_settings([['recalc_total_mismatch', 'tolerance'], ['recalc_total_mismatch', 'tolerance_percent']]) }}

),

-- Prices that include tax at an unknown rate can only be compared with tax.
compared as (

    select
        comparisons.*,
        settings.recalc_total_mismatch__tolerance as tolerance,
        settings.recalc_total_mismatch__tolerance_percent as tolerance_percent,
        cast(
            coalesce(comparisons.difference_excl_vat, comparisons.difference_incl_vat) as decimal(38, 12)
        ) as compared_difference,
        case
            when comparisons.difference_excl_vat is null then comparisons.expected_incl_vat_rounded
            else comparisons.expected_excl_vat_rounded
        end as compared_expectation,
    from comparisons
    left join scopes
        on comparisons.cdr_no = scopes.cdr_no
    inner join settings
        on coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no

),

final as (

    select
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
        case
            when expected_excl_vat is null and expected_incl_vat is null then 'none'
            when is_credit then 'original'
            else tariff_source
        end as price_basis,
        tariff_id,
        tariff_hash,
        price_hash,
        known_tariff_hash,
        known_price_hash,
        claimed_excl_vat,
        claimed_incl_vat,
        expected_excl_vat,
        expected_incl_vat,
        expected_excl_vat_rounded,
        expected_incl_vat_rounded,
        difference_excl_vat,
        difference_incl_vat,
        cast(difference_incl_vat - difference_excl_vat as decimal(38, 12)) as difference_vat,
        compared_difference,
        {{ is_tolerated('compared_difference', 'compared_expectation', 'tolerance', 'tolerance_percent') }} as is_within_tolerance,
        known_total_excl_vat as known_tariff_excl_vat,
        case
            when tariff_source = 'embedded' then cast(expected_excl_vat - known_total_excl_vat as decimal(38, 12))
        end as known_tariff_gap_excl_vat,
        difference_to_known_excl_vat,
        {{ is_tolerated(
            'difference_to_known_excl_vat', 'known_excl_vat_rounded', 'tolerance', 'tolerance_percent'
        ) }} as is_within_tolerance_of_known,
    from compared

)

select * from final
