-- The record of each object that the tables show: of CDRs the first, of all else the newest that is still there.
with intervals as (

    select * from {{ ref('int_seen_intervals') }}
    where is_current

),

evses as (

    select distinct
        evse_key,
        location_key,
        landing_seq,
        ordinal
    from {{ ref('stg_ocpi__evses') }}

),

final as (

    select
        'cdr' as object_type,
        cdr_key as object_key,
        landing_seq,
        ordinal
    from {{ ref('fct_cdrs') }}

    union all

    select
        'session' as object_type,
        session_key as object_key,
        landing_seq,
        ordinal
    from {{ ref('fct_sessions') }}

    union all

    select
        rtrim(module, 's') as object_type,
        object_key,
        landing_seq,
        ordinal
    from intervals

    union all

    select
        'evse' as object_type,
        evses.evse_key as object_key,
        evses.landing_seq,
        evses.ordinal
    from evses
    inner join intervals
        on
            intervals.module = 'locations'
            and evses.location_key = intervals.object_key
            and evses.landing_seq = intervals.landing_seq
            and evses.ordinal = intervals.ordinal

)

select * from final
