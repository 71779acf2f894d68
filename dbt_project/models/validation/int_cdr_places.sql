-- Each place that CDRs name, once: whether its coordinates lie in its country.
with cdrs as (

    select distinct
        location_country,
        latitude,
        longitude
    from {{ ref('fct_cdrs') }}
    where location_country is not null

),

countries as (

    select * from {{ ref('countries') }}

),

boxes as (

    select * from {{ ref('country_boxes') }}

),

placed as (

    select
        cdrs.*,
        countries.country_code as country_alpha2,
        countries.country_alpha3
    from cdrs
    inner join countries on cdrs.location_country in (countries.country_code, countries.country_alpha3)

),

-- How far outside, in kilometres; a country with territories far away has several boxes.
final as (

    select
        placed.location_country,
        placed.latitude,
        placed.longitude,
        any_value(placed.country_alpha2) as country_alpha2,
        any_value(placed.country_alpha3) as country_alpha3,
        cast(min(greatest(
            0,
            (boxes.least_latitude - placed.latitude) * 111.2,
            (placed.latitude - boxes.greatest_latitude) * 111.2,
            (boxes.least_longitude - placed.longitude) * 111.2 * cos(radians(placed.latitude)),
            (placed.longitude - boxes.greatest_longitude) * 111.2 * cos(radians(placed.latitude))
        )) as decimal(18, 3)) as outside_km,
        coalesce(bool_or(
            placed.longitude between boxes.least_latitude and boxes.greatest_latitude
            and placed.latitude between boxes.least_longitude and boxes.greatest_longitude
        ), false) as is_swapped
    from placed
    left join boxes on placed.country_alpha3 = boxes.country_alpha3
    where coalesce(placed.latitude between -90 and 90, true)
    group by placed.location_country, placed.latitude, placed.longitude

)

select * from final
