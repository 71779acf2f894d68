-- Following states that are equal and touch in time are one version, seen from the first to the end of the last.
with states as (

    select * from {{ ref('int_evse_states') }}

),

intervals as (

    select * from {{ ref('int_seen_intervals') }}
    where module = 'locations'

),

seen as (

    select
        states.*,
        intervals.seen_from_at,
        intervals.seen_to_at
    from states
    inner join intervals
        on
            states.location_key = intervals.object_key
            and states.landing_seq = intervals.landing_seq
            and states.ordinal = intervals.ordinal
    -- Two versions of one Location in one pull: the first was never valid for any moment.
    where intervals.seen_to_at is null or intervals.seen_to_at > intervals.seen_from_at

),

marked as (

    select
        *,
        coalesce(
            lag(state_hash) over evse_history = state_hash and lag(seen_to_at) over evse_history = seen_from_at, false
        ) as is_continued
    from seen
    window evse_history as (partition by evse_key order by seen_from_at)

),

numbered as (

    select
        *,
        sum(case when is_continued then 0 else 1 end) over (partition by evse_key order by seen_from_at) as version_number
    from marked

),

ends as (

    select
        evse_key,
        version_number,
        max_by(row(seen_to_at), seen_from_at)[1] as version_seen_to_at
    from numbered
    group by evse_key, version_number

),

joined as (

    select
        numbered.*,
        ends.version_seen_to_at
    from numbered
    inner join ends
        on
            numbered.evse_key = ends.evse_key
            and numbered.version_number = ends.version_number
    where not numbered.is_continued

),

final as (

    select
        md5(concat(evse_key, '|', version_number)) as evse_version_key,
        * exclude (seen_to_at, is_continued, version_seen_to_at),
        version_seen_to_at as seen_to_at
    from joined

)

select * from final
