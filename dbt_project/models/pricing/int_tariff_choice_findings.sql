-- One pass finds the periods to speak of.
with states as (

    select * from {{ ref('int_period_tariffs') }}
    where tariff_no is null or tariff_count > 1 or not is_valid_at_start

),

periods as (

    select * from {{ ref('int_ordered_periods') }}

),

final as (

    select
        states.cdr_no,
        case when periods.tariff_id is null then 'tariff_id_absent_on_period' else 'tariff_unknown' end as code,
        states.period_index,
        upper(periods.tariff_id) as detail
    from states
    inner join periods
        on
            states.cdr_no = periods.cdr_no
            and states.period_index = periods.period_index
    where
        states.tariff_count > 0
        and states.tariff_no is null
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
