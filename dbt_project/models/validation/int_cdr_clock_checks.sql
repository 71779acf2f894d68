-- Faults of the clock come first: what only follows from them is not raised again by the rules on durations.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

checked as (

    select
        cdr_key,
        coalesce(ended_at < started_at, false) as is_end_before_start,
        coalesce(
            greatest(started_at, ended_at, last_updated_at)
            > first_received_at + to_seconds(cast({{ rule_parameter('timestamp_in_future', 'skew_s') }} as bigint)),
            false
        ) as is_in_future,
        coalesce(
            extract(year from least(started_at, ended_at)) < {{ rule_parameter('timestamp_epoch_placeholder', 'first_year') }},
            false
        ) as is_placeholder
    from cdrs

),

final as (

    select
        *,
        is_end_before_start or is_in_future or is_placeholder as has_clock_fault
    from checked

)

select * from final
