with counted as (

    select
        object_type,
        module,
        partner,
        currency,
        receipt_month,
        count(*) as received_count
    from {{ ref('int_first_receipts') }}
    group by object_type, module, partner, currency, receipt_month

),

final as (

    select * from counted

    union all

    select
        object_type,
        module,
        'all' as partner,
        currency,
        receipt_month,
        cast(sum(received_count) as bigint) as received_count
    from counted
    group by object_type, module, currency, receipt_month

)

select * from final
