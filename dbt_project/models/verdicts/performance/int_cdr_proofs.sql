-- Who said whether the rules were right about a CDR: the CPO by a credit, else an analyst. A credit that is itself
-- rejected says nothing.
with decisions as (

    select * from {{ ref('int_cdr_decisions') }}

),

credits as (

    select distinct credits.original_cdr_key as cdr_key
    from {{ ref('int_cdr_credits') }} as credits
    inner join {{ ref('fct_cdr_verdicts') }} as verdicts
        on credits.cdr_key = verdicts.cdr_key
    where verdicts.verdict <> 'rejected'

),

final as (

    select
        coalesce(decisions.cdr_key, credits.cdr_key) as cdr_key,
        case
            when credits.cdr_key is not null or decisions.decision = 'reject' then 'right'
            when decisions.decision = 'accept' then 'wrong'
        end as proof,
        credits.cdr_key is not null as is_credited,
        decisions.event_at as decided_at
    from decisions
    full outer join credits
        on decisions.cdr_key = credits.cdr_key

)

select * from final
