-- How far outside the boxes of its country a place lies, in kilometres; a country with parts far away has several.
with places as (

    select distinct
        location_country,
        latitude,
        longitude
    from {{ ref('fct_cdrs') }}
    where latitude is not null and longitude is not null

),

countries as (

    select * from {{ ref('int_country_time_zones') }}

),

boxes as (

    select * from {{ ref('country_boxes') }}

),

measured as (

    select
        countries.country_alpha3,
        places.latitude,
        places.longitude,
        greatest(
            0,
            (boxes.least_latitude - places.latitude) * 111.2,
            (places.latitude - boxes.greatest_latitude) * 111.2,
            (boxes.least_longitude - places.longitude) * 111.2 * cos(radians(least(abs(places.latitude), 89))),
            (places.longitude - boxes.greatest_longitude) * 111.2 * cos(radians(least(abs(places.latitude), 89)))
        ) as outside_km,
        places.longitude between boxes.least_latitude and boxes.greatest_latitude
        and places.latitude between boxes.least_longitude and boxes.greatest_longitude as is_swapped
    from places
    inner join countries on places.location_country = countries.country
    inner join boxes on countries.country_alpha3 = boxes.country_alpha3

),

final as (

    select
        country_alpha3,
        latitude,
        longitude,
        cast(min(outside_km) as decimal(18, 3)) as outside_km,
        bool_or(is_swapped) as is_swapped
    from measured
    group by country_alpha3, latitude, longitude

)

select * from final
