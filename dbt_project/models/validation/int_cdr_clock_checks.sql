-- Faults of the clock come first: what only follows from them is not raised again by the rules on durations.
with cdrs as (

    select
        cdr_no,
        cdr_key,
        started_at,
        ended_at,
        last_updated_at,
        first_received_at,
        rule_scope_no
    from {{ ref('int_cdrs_judged') }}

),

settings as (

    {{ rule_settings([['timestamp_in_future', 'skew_s'], ['timestamp_epoch_placeholder', 'first_year']]) }}

),

bounded as (

    select
        cdrs.*,
        cdrs.first_received_at + to_seconds(cast(settings.timestamp_in_future__skew_s as bigint)) as latest_at,
        make_timestamptz(cast(settings.timestamp_epoch_placeholder__first_year as bigint), 1, 1, 0, 0, 0) as earliest_at
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no

),

-- `last_updated` says nothing of the session: a wrong one is a hit and spoils no duration.
checked as (

    select
        cdr_no,
        cdr_key,
        coalesce(ended_at < started_at, false) as is_end_before_start,
        coalesce(greatest(started_at, ended_at) > latest_at, false) as is_session_in_future,
        coalesce(last_updated_at > latest_at, false) as is_update_in_future,
        coalesce(least(started_at, ended_at) < earliest_at, false) as is_session_placeholder,
        coalesce(last_updated_at < earliest_at, false) as is_update_placeholder
    from bounded

),

final as (

    select
        cdr_no,
        cdr_key,
        is_end_before_start,
        is_session_in_future or is_update_in_future as is_in_future,
        is_session_placeholder or is_update_placeholder as is_placeholder,
        is_end_before_start or is_session_in_future or is_session_placeholder as has_clock_fault
    from checked

)

select * from final
