with reconciled as (

    select * from {{ ref('fct_cdr_reconciliation') }}

),

reasons as (

    select * from {{ ref('int_cdr_reasons') }}

),

rulings as (

    select * from {{ ref('int_cdr_rulings') }}

),

disputes as (

    select * from {{ ref('int_cdr_disputes') }}

),

newest_versions as (

    select * from {{ ref('int_cdr_newest_versions') }}

),

judged as (

    select
        reconciled.*,
        case coalesce(reasons.severity_rank, 3) when 1 then 'rejected' when 2 then 'held' else 'accepted' end as rule_verdict,
        reasons.deciding_code,
        reasons.reason_codes,
        reasons.warning_codes,
        abs(
            case
                when reasons.deciding_code = 'recalc_total_mismatch' then reconciled.compared_difference
                when reasons.deciding_code = 'vat_mismatch' then reconciled.difference_vat
                when reasons.deciding_code is not null then reconciled.claimed_excl_vat
            end
        ) as contested_excl_vat,
    from reconciled
    left join reasons
        on reconciled.cdr_key = reasons.cdr_key

),

final as (

    select
        judged.cdr_key,
        judged.cdr_version_hash,
        newest_versions.newest_version_hash,
        judged.cdr_label,
        judged.partner,
        judged.currency,
        judged.session_date,
        judged.billing_month,
        judged.is_credit,
        coalesce(rulings.verdict, judged.rule_verdict) as verdict,
        judged.rule_verdict,
        judged.rule_verdict = 'accepted' as is_first_pass_accepted,
        judged.deciding_code,
        judged.reason_codes,
        judged.warning_codes,
        coalesce(rulings.decided_by, 'rule') as decided_by,
        rulings.decision_reason,
        rulings.decided_at,
        rulings.decision_event_number,
        judged.claimed_excl_vat,
        judged.claimed_incl_vat,
        cast(coalesce(judged.contested_excl_vat, 0) as decimal(38, 12)) as money_at_stake_excl_vat,
        coalesce(disputes.dispute_count, 0) > 0 as is_disputed,
        disputes.first_disputed_at,
        disputes.dispute_reason_code,
        disputes.disputed_excl_vat,
    from judged
    inner join newest_versions
        on judged.cdr_key = newest_versions.cdr_key
    left join rulings
        on judged.cdr_key = rulings.cdr_key
    left join disputes
        on judged.cdr_key = disputes.cdr_key

)

select * from final
