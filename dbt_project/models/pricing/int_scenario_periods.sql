{{ config(materialized='view') }}

-- `applied` prices by the tariffs a CDR carries, `known` by the versions we knew at its start, where they price otherwise.
with states as (

    select * from {{ ref('int_period_states') }}
    where tariff_no is not null

),

known as (

    select * from {{ ref('int_known_period_tariffs') }}

),

final as (

    select
        {{ pricing_no('cdr_no', 'applied') }} as pricing_no,
        states.*
    from states
    union all
    select
        {{ pricing_no('states.cdr_no', 'known') }} as pricing_no,
        states.* replace (known.tariff_no as tariff_no)
    from states
    inner join known
        on
            states.cdr_no = known.cdr_no
            and states.period_index = known.period_index

)

select * from final
