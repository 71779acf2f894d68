with cdrs as (

    select
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        evse_key,
        upper(replace(evse_id, '*', '')) as plain_evse_id,
        location_country,
        latitude,
        longitude,
        started_at,
        ended_at
    from {{ ref('int_cdrs_judged') }}
    where not is_credit

),

places as (

    select * from {{ ref('int_cdr_places') }}

),

location_countries as (

    select
        evse_key,
        min(location_country) as known_country
    from {{ ref('dim_evses') }}
    where location_country is not null
    group by evse_key
    having count(distinct location_country) = 1

),

outages as (

    select * from {{ ref('int_evse_outages') }}

),

settings as (

    {{ rule_settings([['location_country_mismatch', 'border_km']]) }}

),

compared as (

    select
        cdrs.*,
        places.country_alpha3,
        {{ names_where([
            ['coordinates swapped', 'places.outside_km > settings.location_country_mismatch__border_km and places.is_swapped'],
            ['coordinates abroad', 'places.outside_km > settings.location_country_mismatch__border_km and not places.is_swapped'],
            ['Location in another country', 'location_countries.known_country not in (places.country_alpha3, places.country_alpha2)'],
            ['EVSE id of another country', "regexp_matches(cdrs.plain_evse_id, '^[A-Z]{2}[A-Z0-9]{3}E') and left(cdrs.plain_evse_id, 2) <> places.country_alpha2"],
        ]) }} as country_faults
    from cdrs
    inner join places
        on
            cdrs.location_country = places.location_country
            and cdrs.latitude is not distinct from places.latitude
            and cdrs.longitude is not distinct from places.longitude
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    left join location_countries on cdrs.evse_key = location_countries.evse_key

),

out_of_service as (

    select
        cdrs.*,
        outages.statuses
    from cdrs
    inner join outages
        on
            cdrs.evse_key = outages.evse_key
            and cdrs.started_at >= outages.unusable_from_at
            and cdrs.ended_at < outages.unusable_to_at

),

final as (

    -- R41, R42
    {{ hits_where('cdr', 'out_of_service', [['evse_out_of_service', 'true', 'statuses']]) }}
    union all
    {{ hits_where('cdr', 'compared', [
        ['location_country_mismatch', 'country_faults is not null', 'country_faults', 'country_alpha3'],
    ]) }}

)

select * from final
