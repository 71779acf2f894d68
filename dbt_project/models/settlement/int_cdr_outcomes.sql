-- Where each CDR ended up, and the month it belongs to: that of the session's end, else that of receipt.
with verdicts as (

    select * from {{ ref('fct_cdr_verdicts') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

billed as (

    select * from {{ ref('fct_billed_cdrs') }}

),

final as (

    select
        verdicts.cdr_key,
        verdicts.partner,
        coalesce(verdicts.billing_month, {{ month_of(utc_date('cdrs.first_received_at')) }}) as billing_month,
        -- XXX is ISO 4217 for "no currency": the CDR named none.
        coalesce(verdicts.currency, 'XXX') as currency,
        verdicts.is_credit,
        verdicts.verdict,
        case
            when verdicts.verdict = 'rejected' then 'rejected'
            when verdicts.verdict = 'held' then 'held'
            when billed.cdr_key is null then 'not_billed'
            else 'billable'
        end as outcome,
        verdicts.claimed_excl_vat,
        billed.wholesale_net_amount,
    from verdicts
    inner join cdrs
        on verdicts.cdr_key = cdrs.cdr_key
    left join billed
        on verdicts.cdr_key = billed.cdr_key

)

select * from final
