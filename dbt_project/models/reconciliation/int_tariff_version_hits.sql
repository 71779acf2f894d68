with reconciled as (

    select
        cdr_key,
        cdr_label,
        partner,
        price_hash,
        known_tariff_gap_excl_vat,
    from {{ ref('fct_cdr_reconciliation') }}
    where
        is_priced
        and not is_credit
        and price_basis = 'embedded'
        and known_price_hash <> price_hash

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

settings as (

    {{ rule_settings([['tariff_stale_or_unsynced', 'hold_above']]) }}

),

changes as (

    select * from {{ ref('int_tariff_changes') }}

),

changed_prices as (

    select * from {{ ref('int_cdrs_on_changed_prices') }}

),

final as (

    -- R45: prices other than those we held when the session began; held where this session costs more by them.
    select
        'cdr' as object_type,
        reconciled.cdr_key as object_key,
        reconciled.cdr_label as object_label,
        reconciled.partner,
        'tariff_stale_or_unsynced' as rule_code,
        case
            when reconciled.known_tariff_gap_excl_vat > settings.tariff_stale_or_unsynced__hold_above then 'hold'
        end as severity,
        coalesce({{ as_text('reconciled.known_tariff_gap_excl_vat') }}, reconciled.price_hash) as observed,
        {{ as_text('settings.tariff_stale_or_unsynced__hold_above') }} as bound,
    from reconciled
    left join scopes
        on reconciled.cdr_key = scopes.cdr_key
    inner join settings
        on coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no

    union all

    -- R46, on the CDRs that such prices made
    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        'tariff_mutated_in_place' as rule_code,
        cast(null as varchar) as severity,
        observed,
        cast(null as varchar) as bound,
    from changed_prices

    union all

    -- R46, on the tariff while that version stands
    select
        'tariff' as object_type,
        tariff_key as object_key,
        tariff_label as object_label,
        partner,
        'tariff_mutated_in_place' as rule_code,
        cast(null as varchar) as severity,
        {{ moment_text('seen_from_at') }} as observed,
        {{ moment_text('last_updated_at') }} as bound,
    from changes
    where
        is_current
        and not (has_newer_update and {{ rule_parameter('tariff_mutated_in_place', 'newer_update_suffices') }} <> 0)

)

select * from final
