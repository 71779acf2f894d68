-- The latest decision by hand per CDR. It counts only while the CDR is what the analyst saw: a later version of the
-- CDR asks for a new look. Events that do not say what was seen count. A retry takes back what was decided before.
with events as (

    select * from {{ ref('stg_ledger__events') }}
    where event_type = 'cdr_decided' and object_type = 'cdr'

),

newest_versions as (

    select * from {{ ref('int_cdr_newest_versions') }}

),

counted as (

    select
        events.object_key as cdr_key,
        events.event_number,
        events.event_at,
        events.user_name,
        events.decision,
        events.reason,
        row_number() over (partition by events.object_key order by events.event_number desc) as decision_rank,
    from events
    inner join newest_versions
        on events.object_key = newest_versions.cdr_key
    where coalesce(events.seen_version_hash = newest_versions.newest_version_hash, true)

),

final as (

    select
        cdr_key,
        event_number,
        event_at,
        user_name,
        decision,
        reason,
    from counted
    where decision_rank = 1 and decision <> 'retry'

)

select * from final
