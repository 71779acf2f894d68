with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit and period_count > 0

),

with_tariff as (

    select distinct cdr_key from {{ ref('int_embedded_period_tariffs') }}

),

fallback as (

    select distinct cdr_key from {{ ref('int_fallback_period_tariffs') }}

),

final as (

    select
        cdrs.cdr_key,
        case when fallback.cdr_key is null then 'tariff_missing' else 'tariff_not_embedded' end as code,
        cast(null as integer) as period_index,
        cast(null as varchar) as detail
    from cdrs
    left join with_tariff
        on cdrs.cdr_key = with_tariff.cdr_key
    left join fallback
        on cdrs.cdr_key = fallback.cdr_key
    where with_tariff.cdr_key is null

)

select * from final
