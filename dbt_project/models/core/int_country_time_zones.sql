{{ config(materialized='view') }}

-- OCPI wants alpha-3; its own 2.1.1 example sends alpha-2, and so do partners.
with countries as (

    select * from {{ ref('countries') }}

),

final as (

    select
        country_alpha3 as country,
        country_alpha3,
        time_zone
    from countries
    union all
    select
        country_code as country,
        country_alpha3,
        time_zone
    from countries

)

select * from final
