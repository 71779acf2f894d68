-- Everything that speaks against a token, put into cases: what lies no further apart than the gap is one. A case is
-- named after the first CDR that it begins with, so that it keeps its name while it grows.
with settings as (

    {{ rule_settings([['token_sharing_suspected', 'case_gap_days']]) }}

),

evidence as (

    select * from {{ ref('int_token_pair_evidence') }}
    union all by name
    select * from {{ ref('int_token_energy_evidence') }}
    union all by name
    select * from {{ ref('int_token_day_evidence') }}
    union all by name
    select * from {{ ref('int_token_invalid_evidence') }}

),

spaced as (

    select
        evidence.*,
        coalesce(
            evidence.from_at
            > max(evidence.to_at) over (
                partition by evidence.token_no order by evidence.to_at, evidence.heuristic, evidence.cdr_no_b, evidence.cdr_no_a
                rows between unbounded preceding and 1 preceding
            ) + to_days(cast(settings.token_sharing_suspected__case_gap_days as integer)),
            true
        ) as is_first
    from evidence
    inner join settings on evidence.rule_scope_no = settings.rule_scope_no

),

final as (

    select
        * exclude (is_first),
        sum(cast(is_first as integer)) over (
            partition by token_no order by to_at, heuristic, cdr_no_b, cdr_no_a rows unbounded preceding
        ) as case_no
    from spaced

)

select * from final
