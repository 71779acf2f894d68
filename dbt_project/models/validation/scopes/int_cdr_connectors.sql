-- What is known of the connector when the session began; what came first holds for the time before it, too.
with cdrs as (

    select
        cdr_no,
        evse_key,
        connector_id,
        connector_power_type,
        started_at
    from {{ ref('fct_cdrs') }}
    where evse_key is not null

),

connectors as (

    select
        *,
        case
            when row_number() over (partition by evse_key, upper(connector_id) order by seen_from_at) > 1 then seen_from_at
        end as holds_from_at,
        lead(seen_from_at) over (partition by evse_key, upper(connector_id) order by seen_from_at) as holds_to_at
    from {{ ref('dim_connectors') }}

),

final as (

    select
        cdrs.cdr_no,
        connectors.connector_id,
        connectors.standard,
        connectors.format,
        connectors.power_type,
        connectors.max_voltage_v,
        connectors.max_amperage_a,
        connectors.max_power_kw,
        {{ power_class("(connectors.power_type like 'DC%')", 'connectors.max_power_kw') }} as power_class
    from cdrs
    inner join connectors
        on
            cdrs.evse_key = connectors.evse_key
            and upper(cdrs.connector_id) = upper(connectors.connector_id)
            and coalesce(cdrs.started_at >= connectors.holds_from_at, true)
            and coalesce(cdrs.started_at < connectors.holds_to_at, true)

)

select * from final
