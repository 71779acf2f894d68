-- Counted again from the rows themselves, so that the identity proves more than the loader's own sums.
with pages as (

    select * from {{ ref('stg_raw__pages') }}

),

versions as (

    select
        landing_seq,
        count(*) as loaded_count
    from {{ ref('stg_raw__versions') }}
    group by landing_seq

),

duplicates as (

    select
        landing_seq,
        count(*) as duplicate_count
    from {{ ref('stg_raw__duplicates') }}
    group by landing_seq

),

rejects as (

    select
        landing_seq,
        count(*) as quarantined_count
    from {{ ref('stg_raw__rejects') }}
    group by landing_seq

),

final as (

    select
        md5(concat_ws('|', pages.pull_id, pages.source_name, pages.module)) as ingest_key,
        pages.pull_id,
        pages.source_name,
        pages.partner,
        pages.module,
        min(pages.ocpi_version) as ocpi_version,
        min(pages.received_at) as received_at,
        cast(count(*) as integer) as page_count,
        cast(sum(pages.received_count) as bigint) as received_count,
        cast(sum(coalesce(versions.loaded_count, 0)) as bigint) as loaded_count,
        cast(sum(coalesce(rejects.quarantined_count, 0)) as bigint) as quarantined_count,
        cast(sum(coalesce(duplicates.duplicate_count, 0)) as bigint) as duplicate_count,
        cast(
            sum(pages.received_count)
            - sum(coalesce(versions.loaded_count, 0))
            - sum(coalesce(rejects.quarantined_count, 0))
            - sum(coalesce(duplicates.duplicate_count, 0)) as bigint
        ) as difference
    from pages
    left join versions on pages.landing_seq = versions.landing_seq
    left join rejects on pages.landing_seq = rejects.landing_seq
    left join duplicates on pages.landing_seq = duplicates.landing_seq
    group by pages.pull_id, pages.source_name, pages.partner, pages.module

)

select * from final
