-- The ways in which CDRs name a place that does not fit, each once: there are far fewer places than CDRs.
with cdrs as (

    select distinct
        location_key,
        evse_id,
        location_country,
        latitude,
        longitude
    from {{ ref('fct_cdrs') }}
    where location_country is not null

),

countries as (

    select * from {{ ref('int_country_time_zones') }}

),

known_locations as (

    select
        locations.location_key,
        min(countries.country_alpha3) as country_alpha3
    from {{ ref('dim_evses') }} as locations
    inner join countries on locations.location_country = countries.country
    group by locations.location_key
    having count(distinct countries.country_alpha3) = 1

),

distances as (

    select * from {{ ref('int_place_distances') }}

),

judged as (

    select
        cdrs.*,
        countries.country_alpha3,
        distances.outside_km,
        distances.is_swapped,
        coalesce(cdrs.latitude = 0 and cdrs.longitude = 0, false) as has_no_place,
        coalesce(known_locations.country_alpha3 <> countries.country_alpha3, false) as is_location_abroad,
        coalesce(
            regexp_matches(cdrs.evse_id, '^[A-Z]{2}\*?[A-Z0-9]{3}\*?E', 'i')
            and operators.country_alpha3 <> countries.country_alpha3, false
        ) as is_evse_id_abroad
    from cdrs
    inner join countries on cdrs.location_country = countries.country
    left join countries as operators on upper(left(cdrs.evse_id, 2)) = operators.country
    left join known_locations on cdrs.location_key = known_locations.location_key
    left join distances
        on
            countries.country_alpha3 = distances.country_alpha3
            and cdrs.latitude = distances.latitude
            and cdrs.longitude = distances.longitude

),

final as (

    select * from judged
    where outside_km > 0 or is_location_abroad or is_evse_id_abroad

)

select * from final
