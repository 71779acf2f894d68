-- One row per EVSE of a Location version as received; its hash is that of the Location.
with lists as (

    select
        * exclude (body),
        body ->> 'id' as location_id,
        from_json(body -> 'evses', '["JSON"]') as evses
    from raw.locations
    where landing_seq between $first and $last

),

evses as (

    select
        * exclude (evses),
        generate_subscripts(evses, 1) - 1 as evse_position,
        unnest(list_transform(evses, lambda evse: from_json(
            evse,
            '{"uid": "VARCHAR", "evse_id": "VARCHAR", "connectors": [
                {"id": "VARCHAR", "max_electric_power": "VARCHAR", "tariff_id": "VARCHAR", "tariff_ids": "VARCHAR"}
            ]}'
        ))) as evse
    from lists

),

-- Some senders give an EVSE id and no uid; then the id is the only handle there is.
fields as (

    select
        *,
        filled(evse.evse_id) as evse_id,
        coalesce(filled(evse.uid), evse_id, concat('#', evse_position)) as evse_uid,
        -- Of two connectors with one id the first counts.
        list_filter(evse.connectors, lambda connector, place: connector.id is null or len(list_filter(
            evse.connectors[:place - 1],
            lambda other: upper(filled(other.id)) = upper(filled(connector.id))
        )) = 0) as connectors
    from evses

)

select
    md5(upper(concat(country_code, '*', party_id, '|', object_id, '|', evse_uid))) as object_key,
    concat(upper(country_code), '*', upper(party_id), '*', evse_uid) as object_label,
    object_hash,
    landing_seq,
    ordinal,
    partner,
    evse_id,
    filled(array_to_string(list_filter(
        list_transform(connectors, lambda connector: try_cast(connector.max_electric_power as decimal(18, 2))),
        lambda power_w: power_w < @connector_power_unit_suspect.least_power_w
        or power_w > @connector_power_unit_suspect.most_power_w
    ), ',')) as suspect_powers_w,
    -- One id in 2.1.1, a list since 2.2; some send a single text under the newer name.
    coalesce(list_sum(list_transform(connectors, lambda connector: case
        when ltrim(connector.tariff_ids) ^@ '[' and json_valid(connector.tariff_ids)
            then len(list_filter(from_json(connector.tariff_ids, '["VARCHAR"]'), lambda id: filled(id) is not null))
        when filled(coalesce(connector.tariff_ids, connector.tariff_id)) is not null then 1
        else 0
    end)), 0) as tariff_reference_count
from fields
-- Of two EVSEs with one uid the first counts.
qualify row_number() over (partition by object_key, landing_seq, ordinal order by evse_position) = 1
