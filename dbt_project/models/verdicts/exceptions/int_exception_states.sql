with clocks as (

    select * from {{ ref('int_cdr_exception_clocks') }}

),

verdicts as (

    select * from {{ ref('fct_cdr_verdicts') }}
    where cdr_key in (select clocks.cdr_key from clocks)

),

slas as (

    select * from {{ ref('int_exception_slas') }}

),

final as (

    select
        verdicts.*,
        clocks.opened_at,
        clocks.awaits,
        clocks.waits_until_at,
        clocks.auto_reject_at,
        slas.age_days,
        slas.age_business_days,
        slas.sla_business_days,
        slas.sla_due_date,
        slas.is_sla_breached,
        case
            when verdicts.decided_by = 'age' then 'auto_rejected'
            when verdicts.decided_by <> 'rule' then 'decided'
            when verdicts.is_disputed then 'disputed'
            when verdicts.verdict = 'rejected' then 'rejected'
            when {{ as_of() }} < clocks.waits_until_at then 'waiting'
            else 'open'
        end as status,
    from verdicts
    inner join clocks
        on verdicts.cdr_key = clocks.cdr_key
    inner join slas
        on verdicts.cdr_key = slas.cdr_key

)

select * from final
