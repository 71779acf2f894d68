-- Faults of the clock come first: what only follows from them is not raised again by the rules on durations.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

-- `last_updated` says nothing of the session: a wrong one is a hit and spoils no duration.
checked as (

    select
        cdr_key,
        coalesce(ended_at < started_at, false) as is_end_before_start,
        coalesce({{ is_after_receipt('greatest(started_at, ended_at)') }}, false) as is_session_in_future,
        coalesce({{ is_after_receipt('last_updated_at') }}, false) as is_update_in_future,
        coalesce({{ is_placeholder('least(started_at, ended_at)') }}, false) as is_session_placeholder,
        coalesce({{ is_placeholder('last_updated_at') }}, false) as is_update_placeholder
    from cdrs

),

final as (

    select
        cdr_key,
        is_end_before_start,
        is_session_in_future or is_update_in_future as is_in_future,
        is_session_placeholder or is_update_placeholder as is_placeholder,
        is_end_before_start or is_session_in_future or is_session_placeholder as has_clock_fault
    from checked

)

select * from final
