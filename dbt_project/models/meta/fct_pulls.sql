with pulls as (

    select * from {{ ref('stg_raw__pulls') }}

),

final as (

    select
        pull_id,
        partner,
        module,
        kind,
        outcome,
        started_at,
        ended_at,
        window_from,
        window_to,
        page_count,
        object_count,
        total_count,
        total_count - object_count as missing_count,
        read_count,
        newest_last_updated,
        fault,
        message,
        http_status,
        ocpi_status,
        url,
        failed_body
    from pulls

)

select * from final
