-- CDRs that lead to lines: sessions, and the credits of those. A credit mirrors what was billed for its original, whole
-- and once; what it claims beside that (a rounding at most) is kept apart. A credit of something that was never billed
-- takes nothing back by itself.
with sessions as (

    select * from {{ ref('int_billable_sessions') }}

),

credit_verdicts as (

    select * from {{ ref('fct_cdr_verdicts') }}
    where verdict = 'accepted' and is_credit

),

originals as (

    select * from {{ ref('int_cdr_credits') }}

),

credits as (

    select
        credit_verdicts.cdr_key,
        sessions.cdr_key as basis_cdr_key,
        cast(credit_verdicts.claimed_excl_vat + sessions.claimed_excl_vat as decimal(38, 12)) as credit_rest_excl_vat,
        sessions.agreement_id,
        sessions.agreement_version,
        row_number() over (
            partition by sessions.cdr_key
            order by originals.credit_number
        ) as credit_rank,
    from credit_verdicts
    inner join originals
        on credit_verdicts.cdr_key = originals.cdr_key
    inner join sessions
        on
            originals.original_cdr_key = sessions.cdr_key
            and abs(credit_verdicts.claimed_excl_vat + sessions.claimed_excl_vat)
            <= {{ rule_parameter('credit_cdr_integrity', 'tolerance') }}

),

final as (

    select
        cdr_key,
        cdr_key as basis_cdr_key,
        1 as sign,
        cast(0 as decimal(38, 12)) as credit_rest_excl_vat,
        agreement_id,
        agreement_version,
    from sessions

    union all

    select
        cdr_key,
        basis_cdr_key,
        -1 as sign,
        credit_rest_excl_vat,
        agreement_id,
        agreement_version,
    from credits
    where credit_rank = 1

)

select * from final
