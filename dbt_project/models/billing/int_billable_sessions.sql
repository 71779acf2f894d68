-- Accepted CDRs under exactly one agreement, in the currency of that agreement.
with verdicts as (

    select * from {{ ref('fct_cdr_verdicts') }}
    where
        verdict = 'accepted'
        and not is_credit
        and claimed_excl_vat is not null

),

cdr_agreements as (

    select * from {{ ref('int_cdr_agreements') }}

),

agreements as (

    select * from {{ ref('stg_config__agreements') }}

),

final as (

    select
        verdicts.cdr_key,
        verdicts.claimed_excl_vat,
        agreements.agreement_id,
        agreements.agreement_version,
    from verdicts
    inner join cdr_agreements
        on verdicts.cdr_key = cdr_agreements.cdr_key
    inner join agreements
        on
            cdr_agreements.agreement_id = agreements.agreement_id
            and cdr_agreements.agreement_version = agreements.agreement_version
            and verdicts.currency = agreements.currency

)

select * from final
