-- Where each CDR ended up.
with verdicts as (

    select * from {{ ref('fct_cdr_verdicts') }}

),

billed as (

    select * from {{ ref('fct_billed_cdrs') }}

),

final as (

    select
        verdicts.cdr_key,
        verdicts.partner,
        verdicts.billing_month,
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
    left join billed
        on verdicts.cdr_key = billed.cdr_key

)

select * from final
