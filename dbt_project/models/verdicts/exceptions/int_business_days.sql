-- The calendar of each partner from its first CDR to well after the business clock; days are counted, so that the
-- difference of two numbers is the business days between them.
with calendars as (

    select calendar from {{ ref('int_exception_calendars') }}

),

special_days as (

    select * from {{ ref('stg_config__calendar_days') }}

),

span as (

    select
        {{ utc_date('least(coalesce(min(first_received_at), ' ~ as_of() ~ '), ' ~ as_of() ~ ')') }} - 1 as first_date,
        {{ utc_date(as_of()) }} + 800 as last_date,
    from {{ ref('fct_cdrs') }}

),

days as (

    select first_date + cast(unnest(range(0, last_date - first_date + 1)) as integer) as calendar_date
    from span

),

judged as (

    select
        calendars.calendar,
        days.calendar_date,
        coalesce(special_days.is_business_day, isodow(days.calendar_date) <= 5) as is_business_day,
    from calendars
    cross join days
    left join special_days
        on
            calendars.calendar = coalesce(special_days.partner, '')
            and days.calendar_date = special_days.calendar_date

),

final as (

    select
        calendar,
        calendar_date,
        is_business_day,
        cast(count_if(is_business_day) over (
            partition by calendar
            order by calendar_date
            rows between unbounded preceding and current row
        ) as integer) as business_day_number,
    from judged

)

select * from final
