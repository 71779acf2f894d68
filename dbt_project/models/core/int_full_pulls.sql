{{ config(materialized='view') }}

with pages as (

    select * from {{ ref('stg_raw__pages') }}

),

final as (

    select
        partner,
        module,
        pull_id,
        min(received_at) as received_at
    from pages
    where is_full_pull
    group by partner, module, pull_id

)

select * from final
