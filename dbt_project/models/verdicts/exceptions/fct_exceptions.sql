with stated as (

    select * from {{ ref('int_exception_states') }}

),

findings as (

    select * from {{ ref('fct_findings') }}
    where object_type = 'cdr' and object_key in (select stated.cdr_key from stated)

),

rules as (

    select * from {{ ref('rules') }}

),

actions as (

    select * from {{ ref('rule_actions') }}

),

final as (

    select
        stated.cdr_key,
        stated.cdr_version_hash,
        stated.newest_version_hash,
        stated.cdr_label,
        stated.partner,
        stated.currency,
        stated.billing_month,
        stated.deciding_code as rule_code,
        cast(rules.rule_version as integer) as rule_version,
        rules.rule_id,
        coalesce(rules.family, 'structure') as family,
        rules.reason_code,
        findings.title,
        findings.severity,
        findings.observed,
        findings.bound,
        stated.reason_codes,
        stated.money_at_stake_excl_vat,
        stated.claimed_excl_vat,
        stated.verdict,
        stated.status,
        stated.awaits,
        stated.waits_until_at,
        case when stated.verdict = 'held' and stated.status <> 'disputed' then stated.auto_reject_at end as auto_reject_at,
        {{ legal_actions('stated.status', 'stated.is_disputed', 'actions.actions') }} as legal_actions,
        stated.opened_at,
        case when stated.status in ('decided', 'auto_rejected') then stated.decided_at end as closed_at,
        stated.age_days,
        stated.age_business_days,
        case
            when stated.age_days <= 2 then '0-2'
            when stated.age_days <= 5 then '3-5'
            when stated.age_days <= 10 then '6-10'
            when stated.age_days <= 30 then '11-30'
            when stated.age_days <= 90 then '31-90'
            else 'over 90'
        end as age_band,
        stated.sla_business_days,
        stated.sla_due_date,
        stated.is_sla_breached,
        stated.decided_by,
        stated.decision_reason,
        stated.decided_at,
        stated.first_disputed_at,
    from stated
    inner join findings
        on
            stated.cdr_key = findings.object_key
            and stated.deciding_code = findings.code
    left join rules
        on stated.deciding_code = rules.rule_code
    left join actions
        on
            coalesce(rules.family, 'structure') = actions.family
            and findings.severity = actions.severity

)

select * from final
