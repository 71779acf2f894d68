-- A version is sighted when it comes, and again each time it comes unchanged before the next version.
with versions as (

    select * from {{ ref('stg_raw__versions') }}
    where module in ('locations', 'tariffs', 'tokens')

),

resends as (

    select * from {{ ref('stg_raw__duplicates') }}

),

ordered as (

    select
        *,
        row_number() over (partition by module, object_key order by {{ receipt_order() }}) as version_number,
        lead(received_at) over (partition by module, object_key order by {{ receipt_order() }}) as next_received_at
    from versions

),

last_resends as (

    select
        ordered.module,
        ordered.object_key,
        ordered.version_number,
        max(resends.received_at) as last_resent_at
    from ordered
    inner join resends
        on
            ordered.module = resends.module
            and ordered.object_key = resends.object_key
            and ordered.received_at <= resends.received_at
            and (ordered.next_received_at is null or ordered.next_received_at > resends.received_at)
    group by ordered.module, ordered.object_key, ordered.version_number

),

final as (

    select
        ordered.*,
        coalesce(last_resends.last_resent_at, ordered.received_at) as last_seen_at
    from ordered
    left join last_resends
        on
            ordered.module = last_resends.module
            and ordered.object_key = last_resends.object_key
            and ordered.version_number = last_resends.version_number

)

select * from final
