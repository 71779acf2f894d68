-- A CDR is sealed: what came first stands, and what comes later under its id is counted and judged, not taken over.
with cdrs as (

    select
        cdr_key,
        cdr_version_hash,
        received_at,
        landing_seq,
        page_no,
        ordinal
    from {{ ref('stg_ocpi__cdrs') }}

),

resends as (

    select * from {{ ref('stg_raw__duplicates') }}
    where module = 'cdrs'

),

counted as (

    select
        cdr_key,
        cast(count(*) as integer) as version_count,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        any_value(landing_seq) as landing_seq,
        any_value(ordinal) as ordinal,
        any_value(cdr_version_hash) as cdr_version_hash
    from cdrs
    group by cdr_key

),

-- Most CDRs came once. Only of the others has anybody to ask which was first.
compared as (

    select
        cdr_key,
        min({{ receipt_order() }}) as first_receipt,
        max_by(cdr_version_hash, {{ receipt_order() }}) as newest_version_hash,
        cast(count(distinct cdr_version_hash) as integer) as content_count
    from cdrs
    where
        cdr_key in (
            select counted.cdr_key from counted
            where counted.version_count > 1
        )
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
        counted.cdr_key,
        counted.first_received_at,
        coalesce(compared.first_receipt[2], counted.landing_seq) as first_landing_seq,
        coalesce(compared.first_receipt[4], counted.ordinal) as first_ordinal,
        coalesce(compared.newest_version_hash, counted.cdr_version_hash) as newest_version_hash,
        greatest(counted.last_received_at, repeats.last_resent_at) as last_received_at,
        counted.version_count,
        coalesce(compared.content_count, 1) as content_count,
        coalesce(repeats.resend_count, 0) as resend_count
    from counted
    left join compared on counted.cdr_key = compared.cdr_key
    left join repeats on counted.cdr_key = repeats.cdr_key

)

select * from final
