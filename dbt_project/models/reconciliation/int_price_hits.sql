-- R50 in two steps: up to the tolerance it is rounding, up to the second bound a warning, beyond it the CDR is held.
-- And the tax of a total that is right (R55).
with limit_hits as (

    select object_key from {{ ref('int_price_limit_hits') }}

),

tax_hits as (

    select object_key from {{ ref('int_cdr_tax_hits') }}

),

gaps as (

    select * from {{ ref('int_price_gaps') }}
    -- A total beyond a limit of its tariff differs from it, of course.
    where cdr_key not in (select limit_hits.object_key from limit_hits)

),

judged as (

    select
        cdr_key,
        cdr_label,
        partner,
        case when is_within_tolerance then 'rounding_gap' else 'recalc_total_mismatch' end as rule_code,
        case when not is_within_tolerance and gap <= hold_bound then 'warn' end as severity,
        compared_difference as observed,
        case when gap <= hold_bound then tolerance else hold_bound end as bound,
    from gaps
    where compared_difference <> 0

    union all

    select
        cdr_key,
        cdr_label,
        partner,
        'vat_mismatch' as rule_code,
        cast(null as varchar) as severity,
        difference_vat as observed,
        vat_tolerance as bound,
    from gaps
    -- Tax that contradicts itself cannot fit the tariff either.
    where
        is_within_tolerance
        and abs(difference_vat) > vat_tolerance
        and cdr_key not in (select tax_hits.object_key from tax_hits)

),

final as (

    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        rule_code,
        severity,
        {{ as_text('observed') }} as observed,
        {{ as_text('bound') }} as bound,
    from judged

)

select * from final
