-- The few CDRs whose energy, or what is billed without it, needs a closer look. A credit repeats the volumes of its
-- original; they were judged there.
with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        total_energy_kwh,
        total_cost_excl_vat,
        fixed_cost_excl_vat,
        parking_cost_excl_vat,
        epoch_ms(ended_at) - epoch_ms(started_at) as duration_ms,
        coalesce(reservation_cost_excl_vat, 0) <> 0 or coalesce(evse_uid, evse_id) = '#NA' or evse_id = '#NA'
            as has_reservation,
        connector_power_type
    from {{ ref('int_cdrs_judged') }}
    where not is_credit and total_energy_kwh is not null

),

settings as (

    {{ rule_settings([
        ['energy_unit_suspect', 'most_energy_kwh'],
        ['energy_above_class_limit', 'most_ac_kwh'], ['energy_above_class_limit', 'most_dc_kwh'],
        ['zero_energy_billed', 'flat_fee_agreed'], ['zero_energy_billed', 'parking_agreed'],
        ['below_billing_minimum', 'least_duration_s'], ['below_billing_minimum', 'least_energy_kwh'],
        ['below_billing_minimum', 'must_meet_both'],
    ]) }}

),

final as (

    select
        cdrs.*,
        settings.* exclude (settings.rule_scope_no),
        cdrs.duration_ms < settings.below_billing_minimum__least_duration_s * 1000 as is_short,
        cdrs.total_energy_kwh < settings.below_billing_minimum__least_energy_kwh as is_little
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    where
        cdrs.total_energy_kwh < 0
        or cdrs.total_energy_kwh > least(
            settings.energy_unit_suspect__most_energy_kwh,
            settings.energy_above_class_limit__most_ac_kwh,
            settings.energy_above_class_limit__most_dc_kwh
        )
        or cdrs.total_cost_excl_vat > 0 and (is_little or is_short)

)

select * from final
