with cdrs as (

    select
        partner,
        {{ month_of('received_date') }} as kpi_month,
        cast(delivery_latency_h as double) as delivery_latency_h,
        is_receipt_provisional,
    from {{ ref('int_kpi_cdrs_judged') }}
    where is_measurable

),

-- A quantile of all partners cannot be had from theirs: the CDRs are counted again.
with_all as (

    select * from cdrs

    union all

    select
        'all' as partner,
        kpi_month,
        delivery_latency_h,
        is_receipt_provisional,
    from cdrs

),

final as (

    select
        md5(concat_ws('|', partner, cast(kpi_month as varchar))) as delivery_key,
        kpi_month,
        partner,
        count(*) as measured_count,
        cast(quantile_cont(delivery_latency_h, 0.5) as decimal(18, 6)) as latency_p50_h,
        cast(quantile_cont(delivery_latency_h, 0.95) as decimal(18, 6)) as latency_p95_h,
        cast(quantile_cont(delivery_latency_h, 0.99) as decimal(18, 6)) as latency_p99_h,
        max(case when is_receipt_provisional then 1 else 0 end) = 1 as is_provisional,
    from with_all
    group by partner, kpi_month

)

select * from final
