-- What an EVSE looked like in one version of its Location. `state_hash` leaves out timestamps, so that a Location
-- that was merely touched makes no new version of its EVSEs.
with evses as (

    select * exclude (connectors_json, last_updated_at) from {{ ref('stg_ocpi__evses') }}
    qualify row_number() over (partition by evse_key, landing_seq, ordinal order by evse_position) = 1

),

connectors as (

    select * from {{ ref('int_connectors_rated') }}

),

ratings as (

    select
        evse_key,
        landing_seq,
        ordinal,
        evse_position,
        cast(count(*) as integer) as connector_count,
        max(max_power_kw) as max_power_kw,
        bool_or(is_dc) as has_dc,
        cast(sum(len(tariff_ids)) as integer) as tariff_reference_count,
        md5(string_agg(
            concat_ws(
                '|',
                connector_id,
                standard,
                format,
                power_type,
                max_voltage_v,
                max_amperage_a,
                max_electric_power_w,
                cast(tariff_ids as varchar)
            ),
            ';'
            order by connector_position
        )) as connectors_hash
    from connectors
    group by evse_key, landing_seq, ordinal, evse_position

),

final as (

    select
        evses.*,
        coalesce(ratings.connector_count, 0) as connector_count,
        coalesce(ratings.tariff_reference_count, 0) as tariff_reference_count,
        ratings.max_power_kw,
        ratings.has_dc,
        md5(concat_ws(
            '|', evses.evse_id, evses.status, evses.location_country, evses.location_time_zone,
            evses.latitude, evses.longitude, ratings.connectors_hash
        )) as state_hash
    from evses
    left join ratings
        on
            evses.evse_key = ratings.evse_key
            and evses.landing_seq = ratings.landing_seq
            and evses.ordinal = ratings.ordinal
            and evses.evse_position = ratings.evse_position

)

select * from final
