{{ config(materialized='view') }}

-- `applied` prices by the tariffs a CDR carries, `known` by the versions we held at its start, where they price otherwise.
with applied as (

    select * from {{ ref('int_period_tariffs') }}
    where tariff_no is not null

),

-- Read by themselves, for they are few.
priced_again as (

    select
        periods.* {{ all_but('tariff_no') }},
        known.tariff_no
    from {{ ref('int_period_tariffs') }} as periods
    inner join {{ ref('int_known_period_tariffs') }} as known
        on
            periods.cdr_no = known.cdr_no
            and periods.period_index = known.period_index
    where periods.tariff_no is not null

),

final as (

    select
        {{ pricing_no('cdr_no', 'applied') }} as pricing_no,
        applied.* {{ all_but('tariff_no') }},
        applied.tariff_no
    from applied
    union all
    select
        {{ pricing_no('cdr_no', 'known') }} as pricing_no,
        priced_again.*
    from priced_again

)

select * from final
