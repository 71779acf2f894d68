-- What a connector can deliver. Voltage is line to neutral, so three phases count three times (Connector object).
-- A stated power below 1 kW or above 1 MW is taken for a unit error and the electrical values are used instead.
with connectors as (

    select * from {{ ref('stg_ocpi__connectors') }}
    qualify row_number() over (
        partition by evse_key, landing_seq, ordinal, evse_position, upper(connector_id) order by connector_position
    ) = 1

),

electrical as (

    select
        *,
        case
            when power_type = 'AC_3_PHASE' then 3
            when power_type in ('AC_2_PHASE', 'AC_2_PHASE_SPLIT') then 2
            when power_type is not null then 1
        end as phase_count,
        power_type like 'DC%' as is_dc
    from connectors

),

final as (

    select
        * exclude (phase_count),
        try_cast(
            coalesce(
                case when max_electric_power_w between 1000 and 1000000 then max_electric_power_w end,
                {{ money_product('max_voltage_v', 'max_amperage_a') }} * phase_count
            ) / 1000 as decimal(18, 6)
        ) as max_power_kw
    from electrical

)

select * from final
