with receipts as (

    select * from {{ ref('int_cdr_receipts') }}

),

final as (

    select
        cdr_key,
        newest_version_hash,
    from receipts

)

select * from final
