with scores as (

    select * from {{ ref('int_identity_scores') }}
    where is_suspected

),

members as (

    select * from {{ ref('int_token_evidence_cdrs') }}

),

cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner
    from {{ ref('fct_cdrs') }}

),

-- The last CDR of a case may begin the next one.
suspects as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        max(scores.score) as score,
        max(scores.least_score) as least_score
    from scores
    inner join members on scores.token_no = members.token_no and scores.case_no = members.case_no
    inner join cdrs on members.cdr_no = cdrs.cdr_no
    group by cdrs.cdr_key, cdrs.cdr_label, cdrs.partner

),

final as (

    -- R60
    select
        {{ hit_columns('cdr', 'token_sharing_suspected', "concat('score ', score)", "concat('score ', least_score)") }}
    from suspects

)

select * from final
