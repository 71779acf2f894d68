{{ config(materialized='view') }}

-- `applied` prices by the tariffs a CDR carries, `known` by the versions we held at its start, where they price otherwise.
with periods as (

    select * from {{ ref('int_period_tariffs') }}
    where tariff_no is not null

),

known as (

    select * from {{ ref('int_known_period_tariffs') }}

),

final as (

    select
        {{ pricing_no('cdr_no', 'applied') }} as pricing_no,
        periods.* {{ all_but('tariff_no') }},
        periods.tariff_no
    from periods
    union all
    select
        {{ pricing_no('periods.cdr_no', 'known') }} as pricing_no,
        periods.* {{ all_but('tariff_no') }},
        known.tariff_no
    from periods
    inner join known
        on
            periods.cdr_no = known.cdr_no
            and periods.period_index = known.period_index

)

select * from final
