-- CDRs that lead to lines: accepted ones under an agreement in their currency, and accepted credits of those.
with verdicts as (

    select * from {{ ref('fct_cdr_verdicts') }}
    where verdict = 'accepted' and claimed_excl_vat is not null

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

cdr_agreements as (

    select * from {{ ref('int_cdr_agreements') }}

),

agreements as (

    select * from {{ ref('stg_config__agreements') }}

),

sessions as (

    select
        verdicts.cdr_key,
        verdicts.cdr_key as basis_cdr_key,
        1 as sign,
        verdicts.claimed_excl_vat,
        agreements.agreement_id,
        agreements.agreement_version,
    from verdicts
    inner join cdr_agreements
        on verdicts.cdr_key = cdr_agreements.cdr_key
    inner join agreements
        on cdr_agreements.agreement_id = agreements.agreement_id
        and cdr_agreements.agreement_version = agreements.agreement_version
        and verdicts.currency = agreements.currency
    where not verdicts.is_credit

),

-- A credit mirrors what was billed for its original, whole and once; what it claims beside that (a rounding at
-- most) is kept apart. A credit of something that was never billed takes nothing back by itself.
credits as (

    select
        cdrs.cdr_key,
        sessions.basis_cdr_key,
        -1 as sign,
        cast(verdicts.claimed_excl_vat + sessions.claimed_excl_vat as decimal(38, 12)) as credit_rest_excl_vat,
        sessions.agreement_id,
        sessions.agreement_version,
        row_number() over (
            partition by sessions.basis_cdr_key
            order by cdrs.first_received_at, cdrs.cdr_key
        ) as credit_rank,
    from verdicts
    inner join cdrs
        on verdicts.cdr_key = cdrs.cdr_key
    inner join cdrs as originals
        on cdrs.partner = originals.partner
        and cdrs.country_code = originals.country_code
        and cdrs.party_id = originals.party_id
        and upper(cdrs.credit_reference_id) = upper(originals.cdr_id)
    inner join sessions
        on originals.cdr_key = sessions.cdr_key
        and abs(verdicts.claimed_excl_vat + sessions.claimed_excl_vat)
        <= {{ rule_parameter('credit_cdr_integrity', 'tolerance') }}
    where verdicts.is_credit

),

final as (

    select
        cdr_key,
        basis_cdr_key,
        sign,
        cast(0 as decimal(38, 12)) as credit_rest_excl_vat,
        agreement_id,
        agreement_version,
    from sessions

    union all

    select
        cdr_key,
        basis_cdr_key,
        sign,
        credit_rest_excl_vat,
        agreement_id,
        agreement_version,
    from credits
    where credit_rank = 1

)

select * from final
