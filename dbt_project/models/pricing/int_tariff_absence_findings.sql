with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit and period_count > 0

),

cdr_tariffs as (

    select * from {{ ref('int_cdr_tariffs') }}

),

final as (

    select
        cdrs.cdr_no,
        case when cdr_tariffs.cdr_no is null then 'tariff_missing' else 'tariff_not_embedded' end as code,
        cast(null as integer) as period_index,
        cast(null as string) as detail
    from cdrs
    left join cdr_tariffs
        on cdrs.cdr_no = cdr_tariffs.cdr_no
    where coalesce(cdr_tariffs.tariff_count, 0) = 0
    union all
    select
        cdr_no,
        'tariff_id_ignored' as code,
        cast(null as integer) as period_index,
        ignored_tariff_id as detail
    from {{ ref('int_fallback_tariffs') }}
    where ignored_tariff_id is not null

)

select * from final
