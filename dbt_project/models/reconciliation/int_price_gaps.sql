-- R50, R55: where the total or its tax differs from the tariff, with what is tolerated. What a credit must repeat is its
-- original, which is a rule of its own.
with reconciled as (

    select
        cdr_key,
        cdr_label,
        partner,
        compared_difference,
        coalesce(expected_excl_vat_rounded, expected_incl_vat_rounded) as expectation,
        difference_vat,
        expected_incl_vat_rounded - expected_excl_vat_rounded as expected_vat,
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

final as (

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
        -- The tax of a gap that is tolerated has the same share.
        greatest(
            settings.vat_mismatch__tolerance,
            {{ percent_of('abs(reconciled.expected_vat)', 'settings.recalc_total_mismatch__tolerance_percent') }}
        ) as vat_tolerance,
    from reconciled
    left join scopes
        on reconciled.cdr_key = scopes.cdr_key
    inner join settings
        on coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no

)

select * from final
