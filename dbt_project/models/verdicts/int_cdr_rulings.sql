-- What overrides the rules: a person's decision, else the age of a hold that nobody decided or disputed.
with decisions as (

    select * from {{ ref('int_cdr_decisions') }}

),

overdue as (

    select * from {{ ref('int_cdr_exception_clocks') }}
    where auto_reject_at <= {{ as_of() }} and severity_rank = 2

),

disputes as (

    select cdr_key from {{ ref('int_cdr_disputes') }}

),

final as (

    select
        cdr_key,
        case decision when 'accept' then 'accepted' else 'rejected' end as verdict,
        user_name as decided_by,
        reason as decision_reason,
        event_at as decided_at,
        event_number as decision_event_number,
    from decisions

    union all

    select
        cdr_key,
        'rejected' as verdict,
        'age' as decided_by,
        cast(null as varchar) as decision_reason,
        auto_reject_at as decided_at,
        cast(null as bigint) as decision_event_number,
    from overdue
    where
        cdr_key not in (select disputes.cdr_key from disputes)
        and cdr_key not in (select decisions.cdr_key from decisions)

)

select * from final
