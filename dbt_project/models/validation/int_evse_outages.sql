-- When an EVSE was unusable without a break, as far as it was seen. Between two pulls nothing is seen: an outage that is
-- over lasted until the state that followed was updated, by its own words, else until it was seen the last time; one that
-- is not over, until the partner's Locations were read the last time.
with states as (

    select
        evse_key,
        location_key,
        partner,
        landing_seq,
        ordinal,
        status,
        coalesce(status in ('OUTOFORDER', 'INOPERATIVE', 'REMOVED'), false) as is_unusable,
        last_updated_at
    from {{ ref('stg_ocpi__evses') }}
    qualify
        bool_or(is_unusable) over (partition by evse_key)
        and row_number() over (partition by evse_key, landing_seq, ordinal order by evse_position) = 1

),

intervals as (

    select * from {{ ref('int_seen_intervals') }}
    where module = 'locations' and (seen_to_at is null or seen_to_at > seen_from_at)

),

readings as (

    select
        partner,
        max(received_at) as last_read_at
    from {{ ref('stg_raw__pages') }}
    where module = 'locations'
    group by partner

),

seen as (

    select
        states.*,
        intervals.seen_from_at,
        intervals.seen_to_at,
        intervals.last_seen_at,
        intervals.is_current,
        lead(states.last_updated_at) over evse_history as next_updated_at,
        row_number() over evse_history
        - row_number() over (partition by states.evse_key, states.is_unusable order by intervals.seen_from_at) as run_no
    from states
    inner join intervals
        on
            states.location_key = intervals.object_key
            and states.landing_seq = intervals.landing_seq
            and states.ordinal = intervals.ordinal
    window evse_history as (partition by states.evse_key order by intervals.seen_from_at)

),

runs as (

    select
        evse_key,
        partner,
        min(seen_from_at) as unusable_from_at,
        max(last_seen_at) as last_seen_at,
        bool_or(is_current) as is_current,
        max(seen_to_at) as seen_to_at,
        max_by(next_updated_at, seen_from_at) as next_updated_at,
        string_agg(distinct status, ',' order by status) as statuses
    from seen
    where is_unusable
    group by evse_key, partner, run_no

),

final as (

    select
        runs.evse_key,
        runs.unusable_from_at,
        case
            when runs.is_current then readings.last_read_at
            when runs.next_updated_at > runs.last_seen_at and runs.next_updated_at <= runs.seen_to_at then runs.next_updated_at
            else runs.last_seen_at
        end as unusable_to_at,
        runs.statuses
    from runs
    inner join readings on runs.partner = readings.partner

)

select * from final
