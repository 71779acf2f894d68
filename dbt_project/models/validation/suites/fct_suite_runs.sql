with runs as (

    select * from {{ ref('stg_quality__gx_runs') }}

),

daily as (

    select
        suite,
        coalesce(partner, 'unknown') as partner,
        cast(timezone('UTC', received_at) as date) as received_date,
        sum(evaluated_count) as evaluated_count,
        sum(failed_count) as failed_count
    from runs
    group by suite, coalesce(partner, 'unknown'), cast(timezone('UTC', received_at) as date)

),

final as (

    select
        md5(concat_ws('|', suite, partner, received_date)) as suite_run_key,
        suite,
        partner,
        received_date,
        cast(evaluated_count as bigint) as evaluated_count,
        cast(failed_count as bigint) as failed_count,
        cast(100.0 * failed_count / nullif(evaluated_count, 0) as decimal(18, 6)) as failed_percent
    from daily

)

select * from final
