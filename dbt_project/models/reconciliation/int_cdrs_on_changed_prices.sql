-- R46: CDRs priced by a version whose prices changed in place, as the partner was held to announce them.
with changes as (

    select * from {{ ref('int_tariff_changes') }}

),

reconciled as (

    select
        cdr_key,
        cdr_label,
        partner,
        coalesce(known_tariff_hash, tariff_hash) as tariff_hash,
    from {{ ref('fct_cdr_reconciliation') }}
    where
        is_priced
        and not is_credit
        -- Else it was priced by other prices than these.
        and coalesce(known_price_hash = price_hash, true)
        and coalesce(known_tariff_hash, tariff_hash) in (select changes.tariff_hash from changes)

),

cdrs as (

    select
        cdr_key,
        started_at,
    from {{ ref('fct_cdrs') }}

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

settings as (

    {{ rule_settings([['tariff_mutated_in_place', 'newer_update_suffices']]) }}

),

final as (

    select
        reconciled.cdr_key,
        reconciled.cdr_label,
        reconciled.partner,
        min(changes.tariff_label || ' ' || {{ moment_text('changes.seen_from_at') }}) as observed,
    from reconciled
    inner join cdrs
        on reconciled.cdr_key = cdrs.cdr_key
    inner join changes
        on
            reconciled.partner = changes.partner
            and reconciled.tariff_hash = changes.tariff_hash
            and cdrs.started_at >= changes.seen_from_at
            and (changes.seen_to_at is null or cdrs.started_at < changes.seen_to_at)
    left join scopes
        on reconciled.cdr_key = scopes.cdr_key
    inner join settings
        on
            coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no
            and not (changes.has_newer_update and settings.tariff_mutated_in_place__newer_update_suffices <> 0)
    group by reconciled.cdr_key, reconciled.cdr_label, reconciled.partner

)

select * from final
