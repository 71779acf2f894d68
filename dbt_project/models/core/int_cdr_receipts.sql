-- A CDR is sealed: what came first stands, and what comes later under its id is counted and judged, not taken over.
with cdrs as (

    select * from {{ ref('stg_ocpi__cdrs') }}

),

resends as (

    select * from {{ ref('stg_raw__duplicates') }}
    where module = 'cdrs'

),

versions as (

    select
        cdr_key,
        min({{ receipt_order() }}) as first_receipt,
        max_by(cdr_version_hash, {{ receipt_order() }}) as newest_version_hash,
        cast(count(*) as integer) as version_count,
        cast(count(distinct cdr_version_hash) as integer) as content_count,
        max(received_at) as last_received_at
    from cdrs
    group by cdr_key

),

repeats as (

    select
        object_key as cdr_key,
        cast(count(*) as integer) as resend_count,
        max(received_at) as last_resent_at
    from resends
    group by object_key

),

final as (

    select
        versions.cdr_key,
        versions.first_receipt[1] as first_received_at,
        versions.first_receipt[2] as first_landing_seq,
        versions.first_receipt[4] as first_ordinal,
        versions.newest_version_hash,
        greatest(versions.last_received_at, repeats.last_resent_at) as last_received_at,
        versions.version_count,
        versions.content_count,
        coalesce(repeats.resend_count, 0) as resend_count
    from versions
    left join repeats on versions.cdr_key = repeats.cdr_key

)

select * from final
