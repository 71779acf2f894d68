-- R50 in two steps: up to the tolerance it is rounding, up to the second bound a warning, beyond it the CDR is held.
-- And the tax of a total that is right (R55). What a credit must repeat is its original, which is a rule of its own.
with reconciled as (

    select
        cdr_key,
        cdr_label,
        partner,
        compared_difference,
        coalesce(expected_excl_vat_rounded, expected_incl_vat_rounded) as expectation,
        difference_vat,
        is_within_tolerance,
    from {{ ref('fct_cdr_reconciliation') }}
    where
        is_priced
        and not is_credit
        and (compared_difference <> 0 or difference_vat <> 0)

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

settings as (

    {{ rule_settings([
        ['recalc_total_mismatch', 'tolerance'], ['recalc_total_mismatch', 'tolerance_percent'],
        ['recalc_total_mismatch', 'hold_above'], ['recalc_total_mismatch', 'hold_above_percent'],
        ['vat_mismatch', 'tolerance'],
    ]) }}

),

limit_hits as (

    select object_key from {{ ref('int_price_limit_hits') }}

),

tax_hits as (

    select object_key from {{ ref('int_cdr_tax_hits') }}

),

bounded as (

    select
        reconciled.*,
        abs(reconciled.compared_difference) as gap,
        greatest(
            settings.recalc_total_mismatch__tolerance,
            {{ percent_of('abs(reconciled.expectation)', 'settings.recalc_total_mismatch__tolerance_percent') }}
        ) as tolerance,
        greatest(
            settings.recalc_total_mismatch__hold_above,
            {{ percent_of('abs(reconciled.expectation)', 'settings.recalc_total_mismatch__hold_above_percent') }}
        ) as hold_bound,
        settings.vat_mismatch__tolerance as vat_tolerance,
    from reconciled
    left join scopes
        on reconciled.cdr_key = scopes.cdr_key
    inner join settings
        on coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no

),

judged as (

    select
        cdr_key,
        cdr_label,
        partner,
        case when is_within_tolerance then 'rounding_gap' else 'recalc_total_mismatch' end as rule_code,
        case when not is_within_tolerance and gap <= hold_bound then 'warn' end as severity,
        compared_difference as observed,
        case when is_within_tolerance or gap <= hold_bound then tolerance else hold_bound end as bound,
    from bounded
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
    from bounded
    -- Tax that contradicts itself cannot fit the tariff either.
    where
        is_within_tolerance
        and abs(difference_vat) > vat_tolerance
        and cdr_key not in (select tax_hits.object_key from tax_hits)

),

-- A total beyond a limit of its tariff differs from it, of course.
raised as (

    select * from judged
    where rule_code = 'rounding_gap' or cdr_key not in (select limit_hits.object_key from limit_hits)

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
    from raised

)

select * from final
