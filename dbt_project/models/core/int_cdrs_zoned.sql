{{ config(materialized='view') }}

-- The nearest statement wins: the CDR itself (2.1.1 embeds the Location), the Location, the partner, the country.
with cdrs as (

    select * from {{ ref('int_cdrs_first_received') }}

),

time_zones as (

    select * from {{ ref('int_time_zones') }}

),

locations as (

    select * from {{ ref('int_location_time_zones') }}

),

partners as (

    select * from {{ ref('int_partner_time_zones') }}

),

countries as (

    select * from {{ ref('int_country_time_zones') }}

),

final as (

    select
        cdrs.*,
        coalesce(time_zones.time_zone, locations.time_zone, partners.time_zone, countries.time_zone) as time_zone,
        case
            when time_zones.time_zone is not null then 'cdr_location'
            when locations.time_zone is not null then 'location'
            when partners.time_zone is not null then 'partner'
            when countries.time_zone is not null then 'country'
        end as time_zone_source
    from cdrs
    left join time_zones on upper(cdrs.location_time_zone) = time_zones.time_zone_code
    left join locations on cdrs.location_key = locations.location_key
    left join partners on cdrs.partner = partners.partner
    left join countries on coalesce(cdrs.location_country, locations.location_country) = countries.country

)

select * from final
