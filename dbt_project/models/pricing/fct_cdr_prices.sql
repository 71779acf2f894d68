{{ config(materialized='view') }}

with prices as (

    select * from {{ ref('int_cdr_prices') }}

),

final as (

    select * {{ all_but('cdr_no') }}
    from prices

)

select * from final
