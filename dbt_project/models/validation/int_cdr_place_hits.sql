with cdrs as (

    select
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        location_key,
        evse_id,
        location_country,
        latitude,
        longitude
    from {{ ref('int_cdrs_judged') }}
    where not is_credit

),

places as (

    select * from {{ ref('int_cdr_places') }}

),

settings as (

    {{ rule_settings([['location_country_mismatch', 'border_km']]) }}

),

located as (

    select
        cdrs.*,
        places.country_alpha3,
        places.is_location_abroad,
        places.is_evse_id_abroad,
        places.has_no_place,
        places.is_swapped,
        coalesce(places.outside_km > settings.location_country_mismatch__border_km, false) as is_outside
    from cdrs
    inner join places
        on
            cdrs.location_country = places.location_country
            and cdrs.location_key is not distinct from places.location_key
            and cdrs.evse_id is not distinct from places.evse_id
            and cdrs.latitude is not distinct from places.latitude
            and cdrs.longitude is not distinct from places.longitude
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no

),

compared as (

    select
        *,
        {{ names_where([
            ['latitude and longitude swapped', 'is_outside and is_swapped'],
            ['coordinates 0/0', 'is_outside and has_no_place'],
            ['coordinates in another country', 'is_outside and not is_swapped and not has_no_place'],
            ['Location in another country', 'is_location_abroad'],
            ['EVSE id of another country', 'is_evse_id_abroad'],
        ]) }} as faults
    from located

),

-- R42: an EVSE id names where its operator is registered, and 0/0 is no place; neither alone holds a CDR.
final as (

    {{ hits_where('cdr', 'compared', [
        [
            'location_country_mismatch', 'faults is not null', 'faults', 'country_alpha3',
            "case when not is_location_abroad and (not is_outside or has_no_place) then 'warn' end",
        ],
    ]) }}

)

select * from final
