with sessions as (

    select * from {{ ref('int_sessions_newest') }}

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

zoned as (

    select
        sessions.*,
        coalesce(time_zones.time_zone, locations.time_zone, partners.time_zone, countries.time_zone) as time_zone
    from sessions
    left join time_zones on upper(sessions.location_time_zone) = time_zones.time_zone_code
    left join locations on sessions.location_key = locations.location_key
    left join partners on sessions.partner = partners.partner
    left join countries on coalesce(sessions.location_country, locations.location_country) = countries.country

),

-- A session that has not ended counts for the day on which it began.
final as (

    select
        * exclude (location_time_zone),
        {{ local_time('started_at', 'time_zone') }} as started_local_at,
        {{ local_time('ended_at', 'time_zone') }} as ended_local_at,
        {{ local_date('coalesce(ended_at, started_at, first_received_at)', 'time_zone') }} as session_date
    from zoned

)

select * from final
