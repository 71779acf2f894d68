-- When what holds or rejects a CDR was there to be seen, and from when its waits and its days to rejection count: again
-- from a retry. A missing session is only missed when its wait is over, a second content when it came.
with reasons as (

    select * from {{ ref('int_cdr_reasons') }}
    where severity_rank < 3

),

cdrs as (

    select * from {{ ref('int_cdrs_judged') }}
    where cdr_key in (select reasons.cdr_key from reasons)

),

retries as (

    select * from {{ ref('int_cdr_retries') }}

),

calendars as (

    select * from {{ ref('int_exception_calendars') }}

),

rules as (

    select * from {{ ref('rules') }}

),

waits as (

    select
        rule_scope_no,
        rule_code,
        value as wait_h,
    from {{ ref('int_rule_settings') }}
    where parameter = 'wait_h'

),

opened as (

    select
        cdrs.cdr_key,
        cdrs.partner,
        reasons.deciding_code,
        reasons.severity_rank,
        case when reasons.severity_rank = 2 then rules.awaits end as awaits,
        retries.retried_at,
        calendars.* exclude (calendars.sla_business_days, calendars.country_code),
        to_seconds(coalesce(waits.wait_h, 0) * 3600) as wait,
        case
            when reasons.deciding_code = 'cdr_without_session'
                then greatest(cdrs.first_received_at, cdrs.ended_at + to_seconds(coalesce(waits.wait_h, 0) * 3600))
            when reasons.deciding_code in ('cdr_duplicate_id', 'cdr_mutated_after_receipt') then cdrs.last_received_at
            else cdrs.first_received_at
        end as opened_at,
    from reasons
    inner join cdrs
        on reasons.cdr_key = cdrs.cdr_key
    inner join calendars
        on calendars.calendar = case when cdrs.partner in (select known.calendar from calendars as known) then cdrs.partner else '' end
    left join rules
        on reasons.deciding_code = rules.rule_code
    left join waits
        on
            cdrs.rule_scope_no = waits.rule_scope_no
            and reasons.deciding_code = waits.rule_code
    left join retries
        on cdrs.cdr_key = retries.cdr_key

),

final as (

    select
        cdr_key,
        partner,
        calendar,
        time_zone,
        deciding_code,
        severity_rank,
        opened_at,
        retried_at,
        awaits,
        -- The time that the parent has, and with it the time from which a person is asked.
        case when awaits = 'session' then opened_at when awaits is not null then opened_at + wait end as first_waits_until_at,
        case when awaits is not null then greatest(opened_at, retried_at) + wait end as waits_until_at,
        greatest(opened_at, retried_at) + to_days(auto_reject_days) as auto_reject_at,
    from opened

)

select * from final
