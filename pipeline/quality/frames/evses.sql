-- One row per EVSE of a Location version as received; its hash is that of the Location.
with lists as (

    select
        * exclude (body),
        from_json(body -> 'evses', '[{"uid": "VARCHAR", "evse_id": "VARCHAR"}]') as evses
    from raw.locations
    where landing_seq between $first and $last

),

evses as (

    select
        * exclude (evses),
        generate_subscripts(evses, 1) - 1 as evse_position,
        unnest(evses) as evse
    from lists

),

-- Some senders give an EVSE id and no uid; then the id is the only handle there is.
fields as (

    select
        *,
        nullif(trim(evse.evse_id), '') as evse_id,
        coalesce(nullif(trim(evse.uid), ''), evse_id, concat('#', evse_position)) as evse_uid
    from evses

)

select
    md5(upper(concat(country_code, '*', party_id, '|', object_id, '|', evse_uid))) as object_key,
    concat(country_code, '*', party_id, '*', evse_uid) as object_label,
    object_hash,
    landing_seq,
    ordinal,
    partner,
    evse_id
from fields
