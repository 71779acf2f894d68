-- What is wrong with which object, in the month in which the object first came.
with cdr_findings as (

    select * from {{ ref('int_cdr_finding_outcomes') }}

),

other_findings as (

    select * from {{ ref('fct_findings') }}
    where object_type <> 'cdr'

),

receipts as (

    select * from {{ ref('int_first_receipts') }}
    where object_type <> 'cdr'

),

found as (

    select
        'cdr' as object_type,
        'cdrs' as module,
        cdr_key as object_key,
        rule_code,
        partner,
        currency,
        receipt_month,
        is_reason,
        claimed_excl_vat,
        money_at_stake_excl_vat
    from cdr_findings

    union all

    select
        receipts.object_type,
        receipts.module,
        receipts.object_key,
        other_findings.code as rule_code,
        receipts.partner,
        receipts.currency,
        receipts.receipt_month,
        other_findings.severity <> 'warn' as is_reason,
        cast(null as decimal(38, 12)) as claimed_excl_vat,
        cast(null as decimal(38, 12)) as money_at_stake_excl_vat
    from other_findings
    inner join receipts
        on
            other_findings.object_type = receipts.object_type
            and other_findings.object_key = receipts.object_key

),

final as (

    select * from found

    union all

    select * replace ('all' as partner)
    from found

)

select * from final
