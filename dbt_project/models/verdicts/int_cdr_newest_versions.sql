with versions as (

    select
        cdr_key,
        cdr_version_hash,
        row_number() over (
            partition by cdr_key
            order by landing_seq desc, page_no desc, ordinal desc
        ) as newest_rank,
    from {{ ref('stg_ocpi__cdrs') }}

),

final as (

    select
        cdr_key,
        cdr_version_hash as newest_version_hash,
    from versions
    where newest_rank = 1

)

select * from final
