with comparisons as (

    select
        *,
        cast(claimed_excl_vat_rounded - expected_excl_vat_rounded as decimal(38, 12)) as difference_excl_vat,
        cast(claimed_incl_vat_rounded - expected_incl_vat_rounded as decimal(38, 12)) as difference_incl_vat,
    from {{ ref('int_cdr_comparisons') }}

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
        -- Prices that include tax at an unknown rate can only be compared with tax.
        cast(coalesce(difference_excl_vat, difference_incl_vat) as decimal(38, 12)) as compared_difference,
        abs(coalesce(difference_excl_vat, difference_incl_vat))
        <= {{ rule_parameter('recalc_total_mismatch', 'tolerance') }} as is_within_tolerance,
        known_total_excl_vat as known_tariff_excl_vat,
        case
            when tariff_source = 'embedded' then cast(expected_excl_vat - known_total_excl_vat as decimal(38, 12))
        end as known_tariff_gap_excl_vat,
        cast(claimed_excl_vat_rounded - known_excl_vat_rounded as decimal(38, 12)) as difference_to_known_excl_vat,
    from comparisons

)

select * from final
