with scores as (

    select * from {{ ref('int_identity_scores') }}

),

tokens as (

    select * from {{ ref('int_shared_tokens') }}

),

members as (

    select * from {{ ref('int_token_evidence_cdrs') }}

),

evidence as (

    select
        token_no,
        case_no,
        count(*) as evidence_count
    from {{ ref('int_token_evidence') }}
    group by token_no, case_no

),

claims as (

    select
        members.token_no,
        members.case_no,
        cdrs.currency,
        count(*) as cdr_count,
        {{ distinct_text('cdrs.partner') }} as partners,
        cast(sum(cdrs.total_cost_excl_vat) as decimal(18, 6)) as claimed_excl_vat
    from members
    inner join {{ ref('fct_cdrs') }} as cdrs on members.cdr_no = cdrs.cdr_no
    group by members.token_no, members.case_no, cdrs.currency

),

-- Currencies are not added up: with several of them only the text says how much.
amounts as (

    select
        token_no,
        case_no,
        sum(cdr_count) as cdr_count,
        {{ distinct_text("partners", ',') }} as partners,
        case when count(*) = 1 then min(currency) end as currency,
        case when count(*) = 1 then min(claimed_excl_vat) end as claimed_excl_vat,
        {{ joined_text("concat(" ~ number_text('claimed_excl_vat') ~ ", ' ', currency)", 'currency', ', ') }} as claimed_text
    from claims
    group by token_no, case_no

),

final as (

    select
        scores.case_key,
        tokens.token_uid,
        tokens.token_type,
        tokens.contract_id,
        tokens.known_uid_code is not null as is_known_token,
        amounts.partners,
        scores.is_suspected,
        scores.score,
        scores.least_score,
        scores.heuristics,
        scores.first_at,
        scores.last_at,
        cast(evidence.evidence_count as integer) as evidence_count,
        cast(amounts.cdr_count as integer) as cdr_count,
        amounts.currency,
        amounts.claimed_excl_vat,
        amounts.claimed_text
    from scores
    inner join tokens on scores.token_no = tokens.token_no
    inner join amounts on scores.token_no = amounts.token_no and scores.case_no = amounts.case_no
    inner join evidence on scores.token_no = evidence.token_no and scores.case_no = evidence.case_no

)

select * from final
