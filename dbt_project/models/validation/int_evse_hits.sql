with evses as (

    select * from {{ ref('dim_evses') }}
    where is_current

),

connectors as (

    select * from {{ ref('dim_connectors') }}
    where is_current

),

suspect_connectors as (

    select
        evse_key as suspect_evse_key,
        string_agg({{ number_text('max_electric_power_w') }}, ',' order by connector_id) as powers_w
    from connectors
    where
        max_electric_power_w < {{ rule_parameter('connector_power_unit_suspect', 'least_power_w') }}
        or max_electric_power_w > {{ rule_parameter('connector_power_unit_suspect', 'most_power_w') }}
    group by evse_key

),

shared_ids as (

    select
        upper(replace(evse_id, '*', '')) as plain_evse_id,
        count(distinct location_key) as location_count
    from evses
    where evse_id is not null
    group by upper(replace(evse_id, '*', ''))
    having count(distinct location_key) > 1

),

final as (

    -- R10
    select
        {{ hit_columns('evse', 'evse_id_format', 'evse_id') }}
    from evses
    where not {{ is_evse_id('evse_id') }}

    union all

    select
        {{ hit_columns('evse', 'evse_in_several_locations', 'shared_ids.location_count', '1') }}
    from evses
    inner join shared_ids on upper(replace(evses.evse_id, '*', '')) = shared_ids.plain_evse_id

    union all

    select
        {{ hit_columns('evse', 'connector_power_unit_suspect', 'suspect_connectors.powers_w') }}
    from evses
    inner join suspect_connectors on evses.evse_key = suspect_connectors.suspect_evse_key

    union all

    select
        {{ hit_columns('evse', 'connector_without_tariff', 'connector_count') }}
    from evses
    where tariff_reference_count = 0

)

select * from final
