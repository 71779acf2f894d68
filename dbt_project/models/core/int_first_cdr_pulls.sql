{{ config(materialized='view') }}

with pages as (

    select * from {{ ref('stg_raw__pages') }}
    where module = 'cdrs'

),

final as (

    select
        partner,
        min_by(pull_id, row(received_at, landing_seq)) as pull_id
    from pages
    group by partner

)

select * from final
