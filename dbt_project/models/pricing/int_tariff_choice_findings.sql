with states as (

    select * from {{ ref('int_period_tariffs') }}

),

final as (

    select
        cdr_no,
        case when tariff_id is null then 'tariff_id_absent_on_period' else 'tariff_unknown' end as code,
        period_index,
        upper(tariff_id) as detail
    from states
    where
        tariff_count > 0
        and tariff_no is null
    union all
    select
        cdr_no,
        'tariff_ambiguous' as code,
        cast(null as integer) as period_index,
        cast(max(tariff_count) as string) || ' tariffs' as detail
    from states
    where
        tariff_count > 1
        and not names_tariffs
    group by cdr_no
    union all
    select distinct
        cdr_no,
        'tariff_not_valid_at_start' as code,
        cast(null as integer) as period_index,
        cast(null as string) as detail
    from states
    where not is_valid_at_start

)

select * from final
