with reconciled as (

    select * from {{ ref('fct_cdr_reconciliation') }}

),

reasons as (

    select * from {{ ref('int_cdr_reasons') }}

),

decisions as (

    select * from {{ ref('int_cdr_decisions') }}

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
        case decisions.decision
            when 'accept' then 'accepted'
            when 'reject' then 'rejected'
            else judged.rule_verdict
        end as verdict,
        judged.rule_verdict,
        judged.rule_verdict = 'accepted' as is_first_pass_accepted,
        judged.deciding_code,
        judged.reason_codes,
        judged.warning_codes,
        coalesce(decisions.user_name, 'rule') as decided_by,
        decisions.reason as decision_reason,
        decisions.event_at as decided_at,
        decisions.event_number as decision_event_number,
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
    left join decisions
        on judged.cdr_key = decisions.cdr_key
    left join disputes
        on judged.cdr_key = disputes.cdr_key

)

select * from final
