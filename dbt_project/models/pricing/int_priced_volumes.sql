with matches as (

    select * from {{ ref('int_component_matches') }}
    where moment = 'start'

),

periods as (

    select * from {{ ref('int_ordered_periods') }}

),

components as (

    select * from {{ ref('int_tariff_components') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

final as (

    select
        matches.cdr_key,
        matches.scenario,
        matches.period_index,
        matches.line_dimension,
        matches.tariff_hash,
        matches.component_ordinal,
        components.element_index,
        components.price,
        components.vat_percent,
        components.step_size,
        bodies.tax_treatment,
        periods.ocpi_version,
        policies.step_size_211,
        policies.reservation_step,
        policies.vat_absent_221,
        policies.vat_absent_230,
        case matches.line_dimension
            when 'ENERGY' then periods.energy_kwh
            when 'TIME' then periods.time_h
            when 'PARKING_TIME' then periods.parking_time_h
            when 'RESERVATION_TIME' then periods.reservation_time_h
            else cast(1 as decimal(18, 6))
        end as quantity,
        case matches.line_dimension
            when 'ENERGY' then 'kWh'
            when 'FLAT' then 'session'
            when 'RESERVATION_FLAT' then 'session'
            else 'h'
        end as unit
    from matches
    inner join periods
        on
            matches.cdr_key = periods.cdr_key
            and matches.period_index = periods.period_index
    inner join components
        on
            matches.tariff_hash = components.tariff_hash
            and matches.component_ordinal = components.component_ordinal
    inner join bodies
        on matches.tariff_hash = bodies.tariff_hash
    inner join policies
        on periods.partner = policies.partner
    -- A flat fee is due once a session (and once a reservation), where it first becomes active.
    qualify
        matches.line_dimension not in ('FLAT', 'RESERVATION_FLAT')
        or row_number() over (
            partition by matches.cdr_key, matches.scenario, matches.line_dimension order by matches.period_index
        ) = 1

)

select * from final
