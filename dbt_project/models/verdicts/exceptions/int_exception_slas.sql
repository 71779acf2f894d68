-- The clock that runs for a person: from when the exception was there, or when its wait was over, to our first act that
-- the partner sees. A CDR that a rule rejects goes back by itself, so no clock runs.
with clocks as (

    select * from {{ ref('int_cdr_exception_clocks') }}

),

verdicts as (

    select
        cdr_key,
        least(decided_at, first_disputed_at) as acted_at,
    from {{ ref('fct_cdr_verdicts') }}
    where cdr_key in (select clocks.cdr_key from clocks)

),

terms as (

    select
        coalesce(partner, '') as calendar,
        family,
        sla_business_days,
    from {{ ref('stg_config__exception_terms') }}

),

days as (

    select * from {{ ref('int_business_days') }}

),

dated as (

    select
        clocks.cdr_key,
        clocks.calendar,
        clocks.severity_rank,
        coalesce(family_terms.sla_business_days, terms.sla_business_days) as sla_business_days,
        {{ local_date('clocks.opened_at', 'clocks.time_zone') }} as opened_date,
        {{ local_date('greatest(clocks.opened_at, clocks.first_waits_until_at)', 'clocks.time_zone') }} as asked_date,
        {{ local_date('least(verdicts.acted_at, ' ~ as_of() ~ ')', 'clocks.time_zone') }} as until_date,
    from clocks
    inner join verdicts
        on clocks.cdr_key = verdicts.cdr_key
    left join {{ ref('rules') }} as rules
        on clocks.deciding_code = rules.rule_code
    left join terms as family_terms
        on
            clocks.calendar = family_terms.calendar
            and rules.family = family_terms.family
    inner join terms
        on
            clocks.calendar = terms.calendar
            and terms.family is null

),

numbered as (

    select
        dated.*,
        until_days.business_day_number - opened_days.business_day_number as age_business_days,
        asked_days.business_day_number + dated.sla_business_days as due_number,
    from dated
    inner join days as opened_days
        on dated.calendar = opened_days.calendar and dated.opened_date = opened_days.calendar_date
    inner join days as asked_days
        on dated.calendar = asked_days.calendar and dated.asked_date = asked_days.calendar_date
    inner join days as until_days
        on dated.calendar = until_days.calendar and dated.until_date = until_days.calendar_date

),

final as (

    select
        numbered.cdr_key,
        cast(numbered.until_date - numbered.opened_date as integer) as age_days,
        greatest(numbered.age_business_days, 0) as age_business_days,
        case when numbered.severity_rank = 2 then numbered.sla_business_days end as sla_business_days,
        case when numbered.severity_rank = 2 then due_days.calendar_date end as sla_due_date,
        numbered.severity_rank = 2 and numbered.until_date > due_days.calendar_date as is_sla_breached,
    from numbered
    inner join days as due_days
        on
            numbered.calendar = due_days.calendar
            and numbered.due_number = due_days.business_day_number
            and due_days.is_business_day

)

select * from final
