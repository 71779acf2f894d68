-- A number in the wrong unit or with the wrong sign is one fault, and nothing that follows from it is raised beside it.
with suspects as (

    select * from {{ ref('int_cdr_energy_suspects') }}

),

connectors as (

    select * from {{ ref('int_cdr_connectors') }}

),

period_totals as (

    select * from {{ ref('int_cdr_period_totals') }}

),

clock_checks as (

    select * from {{ ref('int_cdr_clock_checks') }}

),

-- A megawatt connector (MCS) is for trucks, of which no limit is known.
measured as (

    select
        suspects.* exclude (has_reservation),
        suspects.has_reservation or coalesce(period_totals.reservation_time_h, 0) > 0 as has_reservation,
        suspects.total_energy_kwh between 0 and suspects.energy_unit_suspect__most_energy_kwh as is_plausible,
        case
            when connectors.standard = 'MCS' then null
            when coalesce(suspects.connector_power_type, connectors.power_type) like 'DC%'
                then suspects.energy_above_class_limit__most_dc_kwh
            when coalesce(suspects.connector_power_type, connectors.power_type) like 'AC%'
                then suspects.energy_above_class_limit__most_ac_kwh
        end as most_class_kwh,
        suspects.total_cost_excl_vat
        - case when suspects.zero_energy_billed__flat_fee_agreed = 1 then coalesce(suspects.fixed_cost_excl_vat, 0) else 0 end
        - case when suspects.zero_energy_billed__parking_agreed = 1 then coalesce(suspects.parking_cost_excl_vat, 0) else 0 end
            as unexplained_cost,
        clock_checks.has_clock_fault
    from suspects
    inner join clock_checks on suspects.cdr_key = clock_checks.cdr_key
    left join connectors on suspects.cdr_no = connectors.cdr_no
    left join period_totals on suspects.cdr_no = period_totals.cdr_no

),

-- R31, R32, R33, R36, R37
final as (

    {{ hits_where('cdr', 'measured', [
        ['energy_negative', 'total_energy_kwh < 0', number_text('total_energy_kwh'), "'0'"],
        [
            'energy_unit_suspect', 'total_energy_kwh > energy_unit_suspect__most_energy_kwh',
            number_text('total_energy_kwh'), number_text('energy_unit_suspect__most_energy_kwh'),
        ],
        [
            'energy_above_class_limit', 'is_plausible and total_energy_kwh > most_class_kwh',
            number_text('total_energy_kwh'), number_text('most_class_kwh'),
        ],
        [
            'zero_energy_billed', 'total_energy_kwh = 0 and unexplained_cost > 0 and not has_reservation',
            number_text('unexplained_cost'), "'0'",
        ],
        [
            'below_billing_minimum',
            'total_energy_kwh > 0 and total_cost_excl_vat > 0 and not has_reservation and not has_clock_fault and '
            ~ misses_billing_minimum(),
            energy_and_time('total_energy_kwh', 'duration_ms / 1000'),
            energy_and_time('below_billing_minimum__least_energy_kwh', 'below_billing_minimum__least_duration_s'),
        ],
    ]) }}

)

select * from final
