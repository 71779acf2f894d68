-- A credit repeats the volumes of its original; they were judged there. A number in the wrong unit or with the wrong sign
-- is one fault, and nothing that follows from it is raised beside it.
with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        total_energy_kwh,
        total_cost_excl_vat,
        date_diff('millisecond', started_at, ended_at) as duration_ms,
        coalesce(reservation_cost_excl_vat, 0) <> 0 as has_reservation_cost,
        connector_power_type like 'DC%' as is_dc
    from {{ ref('int_cdrs_judged') }}
    where not is_credit and total_energy_kwh is not null

),

reserved as (

    select cdr_no from {{ ref('int_cdr_period_totals') }}
    where reservation_time_h > 0

),

settings as (

    {{ rule_settings([
        ['energy_unit_suspect', 'most_energy_kwh'],
        ['energy_above_class_limit', 'most_ac_kwh'], ['energy_above_class_limit', 'most_dc_kwh'],
        ['below_billing_minimum', 'least_duration_s'], ['below_billing_minimum', 'least_energy_kwh'],
        ['below_billing_minimum', 'must_meet_both'],
    ]) }}

),

measured as (

    select
        cdrs.*,
        settings.* exclude (rule_scope_no),
        cdrs.total_energy_kwh between 0 and settings.energy_unit_suspect__most_energy_kwh as is_plausible,
        case cdrs.is_dc
            when true then settings.energy_above_class_limit__most_dc_kwh
            when false then settings.energy_above_class_limit__most_ac_kwh
        end as most_class_kwh,
        cdrs.duration_ms < settings.below_billing_minimum__least_duration_s * 1000 as is_short,
        cdrs.total_energy_kwh < settings.below_billing_minimum__least_energy_kwh as is_little
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no

),

suspects as (

    select
        measured.*,
        measured.has_reservation_cost or reserved.cdr_no is not null as has_reservation
    from measured
    left join reserved on measured.cdr_no = reserved.cdr_no
    where
        not measured.is_plausible
        or measured.total_energy_kwh > measured.most_class_kwh
        or measured.total_cost_excl_vat > 0 and (measured.is_short or measured.is_little)

),

final as (

    -- R31, R32, R33, R36, R37
    {{ hits_where('cdr', 'suspects', [
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
            'zero_energy_billed', 'total_energy_kwh = 0 and total_cost_excl_vat > 0 and not has_reservation',
            number_text('total_cost_excl_vat'), "'0'",
        ],
        [
            'below_billing_minimum', 'total_energy_kwh > 0 and not has_reservation and ' ~ misses_billing_minimum(),
            energy_and_time('total_energy_kwh', 'duration_ms / 1000'),
            energy_and_time('below_billing_minimum__least_energy_kwh', 'below_billing_minimum__least_duration_s'),
        ],
    ]) }}

)

select * from final
