{{ config(materialized='view') }}

with pages as (

    select * from {{ ref('stg_raw__pages') }}
    where module = 'cdrs'

),

first_receipts as (

    select
        partner,
        min(received_at) as received_at
    from pages
    group by partner

),

-- What came at one moment is one delivery, however many files or folders it was split over.
final as (

    select distinct
        pages.partner,
        pages.pull_id
    from pages
    inner join first_receipts
        on
            pages.partner = first_receipts.partner
            and pages.received_at = first_receipts.received_at

)

select * from final
