{{ config(materialized='view') }}

with pages as (

    select * from {{ ref('stg_raw__pages') }}

),

-- A pull with a page that nobody could read does not tell what the partner no longer has.
broken_pulls as (

    select distinct
        partner,
        module,
        pull_id
    from {{ ref('stg_raw__rejects') }}
    where ordinal is null

),

-- Over HTTP only one that ended, and showed as many objects as the partner counts, tells it.
whole_pulls as (

    select pull_id
    from {{ ref('stg_raw__pulls') }}
    where outcome = 'complete' and (total_count is null or object_count >= total_count)

),

final as (

    select
        pages.partner,
        pages.module,
        pages.pull_id,
        min(pages.received_at) as received_at
    from pages
    left join broken_pulls
        on
            pages.partner = broken_pulls.partner
            and pages.module = broken_pulls.module
            and pages.pull_id = broken_pulls.pull_id
    left join whole_pulls on pages.pull_id = whole_pulls.pull_id
    where
        pages.is_full_pull
        and broken_pulls.pull_id is null
        and (pages.transport = 'file' or whole_pulls.pull_id is not null)
    group by pages.partner, pages.module, pages.pull_id

)

select * from final
