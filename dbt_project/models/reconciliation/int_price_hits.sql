with reconciled as (

    select
        *,
        {{ rule_parameter('recalc_total_mismatch', 'tolerance') }} as total_tolerance,
        {{ rule_parameter('vat_mismatch', 'tolerance') }} as vat_tolerance,
    from {{ ref('fct_cdr_reconciliation') }}
    -- What a credit CDR must repeat is its original; that is judged by a rule of its own.
    where is_priced and not is_credit

),

judged as (

    select
        cdr_key,
        cdr_label,
        partner,
        case when is_within_tolerance then 'rounding_gap' else 'recalc_total_mismatch' end as rule_code,
        compared_difference as observed,
        total_tolerance as bound,
    from reconciled
    where compared_difference <> 0

    union all

    select
        cdr_key,
        cdr_label,
        partner,
        'vat_mismatch' as rule_code,
        difference_vat as observed,
        vat_tolerance as bound,
    from reconciled
    where is_within_tolerance and abs(difference_vat) > vat_tolerance

),

final as (

    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        rule_code,
        {{ as_text('observed') }} as observed,
        {{ as_text('bound') }} as bound,
    from judged

    union all

    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        'tariff_stale_or_unsynced' as rule_code,
        price_hash as observed,
        known_price_hash as bound,
    from reconciled
    where price_basis = 'embedded' and known_price_hash <> price_hash

)

select * from final
