-- Each heuristic counts once in a case, however often it was met: a driver who charges often every day is no more
-- suspect for it. Where partners agreed on different least scores, the lowest of those concerned makes it suspected.
with evidence as (

    select * from {{ ref('int_token_evidence') }}

),

settings as (

    {{ rule_settings([['token_sharing_suspected', 'least_score']]) }}

),

cdrs as (

    select
        cdr_no,
        cdr_key
    from {{ ref('fct_cdrs') }}

),

by_heuristic as (

    select
        evidence.token_no,
        evidence.case_no,
        evidence.heuristic,
        max(evidence.points) as points,
        min(settings.token_sharing_suspected__least_score) as least_score,
        min(evidence.from_at) as first_at,
        max(evidence.to_at) as last_at,
        arg_min(evidence.cdr_no_b, row(evidence.to_at, evidence.cdr_no_b)) as first_cdr_no,
        min(evidence.to_at) as first_to_at
    from evidence
    inner join settings on evidence.rule_scope_no = settings.rule_scope_no
    group by evidence.token_no, evidence.case_no, evidence.heuristic

),

by_case as (

    select
        token_no,
        case_no,
        cast(sum(points) as integer) as score,
        cast(min(least_score) as integer) as least_score,
        {{ joined_text('heuristic', '-points, heuristic', ', ') }} as heuristics,
        min(first_at) as first_at,
        max(last_at) as last_at,
        arg_min(first_cdr_no, row(first_to_at, first_cdr_no)) as first_cdr_no
    from by_heuristic
    group by token_no, case_no

),

final as (

    select
        by_case.*,
        by_case.score >= by_case.least_score as is_suspected,
        -- Not after the token: a hash of a uid could be undone by trying all.
        md5(concat('identity case|', cdrs.cdr_key)) as case_key
    from by_case
    inner join cdrs on by_case.first_cdr_no = cdrs.cdr_no

)

select * from final
