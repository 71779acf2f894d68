-- What each finding puts in question and what became of it. A decision is about what held the CDR; of a warning only a
-- credit tells whether it was right.
with findings as (

    select * from {{ ref('fct_findings') }}
    where object_type = 'cdr'

),

-- Of most rules the whole claim is in question, so that few findings need what reconciliation says.
differences as (

    select
        findings.finding_key,
        case
            when findings.code = 'vat_mismatch' then reconciled.difference_vat
            else reconciled.compared_difference
        end as difference
    from findings
    inner join {{ ref('fct_cdr_reconciliation') }} as reconciled
        on findings.object_key = reconciled.cdr_key
    where findings.code in ('recalc_total_mismatch', 'rounding_gap', 'vat_mismatch')

),

final as (

    select
        findings.code as rule_code,
        findings.object_key as cdr_key,
        findings.partner,
        {{ month_of(utc_date('cdrs.first_received_at')) }} as receipt_month,
        coalesce(verdicts.currency, 'XXX') as currency,
        findings.hit_count,
        findings.severity <> 'warn' as is_reason,
        coalesce(findings.severity <> 'warn' and verdicts.reason_codes = findings.code, false) as is_only_reason,
        abs(verdicts.claimed_excl_vat) as claimed_excl_vat,
        abs(
            case when differences.finding_key is null then verdicts.claimed_excl_vat else differences.difference end
        ) as money_at_stake_excl_vat,
        verdicts.is_disputed,
        coalesce(proofs.is_credited, false) as is_credited,
        case when findings.severity <> 'warn' or proofs.is_credited then proofs.proof end as proof,
        case
            when findings.severity <> 'warn'
                then {{ elapsed_s('cdrs.first_received_at', 'proofs.decided_at') }} / 3600.0
        end as decision_h
    from findings
    inner join {{ ref('fct_cdrs') }} as cdrs on findings.object_key = cdrs.cdr_key
    inner join {{ ref('fct_cdr_verdicts') }} as verdicts on findings.object_key = verdicts.cdr_key
    left join differences on findings.finding_key = differences.finding_key
    left join {{ ref('int_cdr_proofs') }} as proofs on findings.object_key = proofs.cdr_key

)

select * from final
