-- What each finding puts in question and what became of it. A decision is about what held the CDR; of a warning only a
-- credit tells whether it was right.
with findings as (

    select
        *,
        sum(case when severity <> 'warn' then 1 else 0 end) over (partition by object_key) as reason_count
    from {{ ref('fct_findings') }}
    where object_type = 'cdr'

),

cdrs as (

    select
        cdr_key,
        first_received_at
    from {{ ref('fct_cdrs') }}

),

reconciled as (

    select * from {{ ref('fct_cdr_reconciliation') }}

),

proofs as (

    select * from {{ ref('int_cdr_proofs') }}

),

disputes as (

    select * from {{ ref('int_cdr_disputes') }}

),

final as (

    select
        findings.code as rule_code,
        findings.object_key as cdr_key,
        findings.partner,
        {{ month_of(utc_date('cdrs.first_received_at')) }} as receipt_month,
        coalesce(reconciled.currency, 'XXX') as currency,
        findings.hit_count,
        findings.severity <> 'warn' as is_reason,
        findings.severity <> 'warn' and findings.reason_count = 1 as is_only_reason,
        abs(reconciled.claimed_excl_vat) as claimed_excl_vat,
        abs(
            case
                when findings.code in ('recalc_total_mismatch', 'rounding_gap') then reconciled.compared_difference
                when findings.code = 'vat_mismatch' then reconciled.difference_vat
                else reconciled.claimed_excl_vat
            end
        ) as money_at_stake_excl_vat,
        disputes.cdr_key is not null as is_disputed,
        coalesce(proofs.is_credited, false) as is_credited,
        case when findings.severity <> 'warn' or proofs.is_credited then proofs.proof end as proof,
        case
            when findings.severity <> 'warn'
                then {{ elapsed_s('cdrs.first_received_at', 'proofs.decided_at') }} / 3600.0
        end as decision_h
    from findings
    inner join cdrs on findings.object_key = cdrs.cdr_key
    inner join reconciled on findings.object_key = reconciled.cdr_key
    left join proofs on findings.object_key = proofs.cdr_key
    left join disputes on findings.object_key = disputes.cdr_key

)

select * from final
