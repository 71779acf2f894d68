-- The version of each object that the tables show: of CDRs the first, of all else the newest that is still there.
with intervals as (

    select * from {{ ref('int_seen_intervals') }}
    where is_current

),

evses as (

    select distinct
        evse_key,
        location_key,
        location_version_hash
    from {{ ref('stg_ocpi__evses') }}

),

final as (

    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_version_hash as object_hash
    from {{ ref('fct_cdrs') }}

    union all

    select
        'session' as object_type,
        session_key as object_key,
        session_version_hash as object_hash
    from {{ ref('fct_sessions') }}

    union all

    select
        rtrim(module, 's') as object_type,
        object_key,
        object_hash
    from intervals

    union all

    select
        'evse' as object_type,
        evses.evse_key as object_key,
        intervals.object_hash
    from evses
    inner join intervals
        on
            intervals.module = 'locations'
            and evses.location_key = intervals.object_key
            and evses.location_version_hash = intervals.object_hash

)

select * from final
