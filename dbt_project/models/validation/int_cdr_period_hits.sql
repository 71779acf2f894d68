with cdrs as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.started_at,
        cdrs.ended_at,
        cdrs.total_energy_kwh,
        cdrs.is_credit,
        cdrs.rule_scope_no,
        totals.first_started_at,
        totals.last_started_at,
        totals.has_period_without_start,
        totals.has_disorder,
        totals.has_unreadable_volume,
        totals.energy_kwh as periods_energy_kwh,
        checks.has_clock_fault
    from {{ ref('int_cdrs_judged') }} as cdrs
    inner join {{ ref('int_cdr_period_totals') }} as totals on cdrs.cdr_no = totals.cdr_no
    inner join {{ ref('int_cdr_clock_checks') }} as checks on cdrs.cdr_no = checks.cdr_no

),

settings as (

    {{ rule_settings([
        ['charging_periods_disorder', 'tolerance_s'],
        ['energy_sum_mismatch', 'tolerance_kwh'], ['energy_sum_mismatch', 'tolerance_percent'],
    ]) }}

),

suspects as (

    select
        cdrs.*,
        to_seconds(cast(settings.charging_periods_disorder__tolerance_s as bigint)) as tolerance,
        not cdrs.has_clock_fault
        and (
            cdrs.has_period_without_start
            or cdrs.has_disorder
            or abs(epoch_us(cdrs.first_started_at) - epoch_us(cdrs.started_at))
            > settings.charging_periods_disorder__tolerance_s * 1000000
            or epoch_us(cdrs.last_started_at) - epoch_us(cdrs.ended_at)
            > settings.charging_periods_disorder__tolerance_s * 1000000
        ) as is_disordered,
        abs(cdrs.periods_energy_kwh - cdrs.total_energy_kwh) > greatest(
            settings.energy_sum_mismatch__tolerance_kwh,
            cast(abs(cdrs.total_energy_kwh) as decimal(38, 6)) * settings.energy_sum_mismatch__tolerance_percent * 0.01
        )
        and not cdrs.has_unreadable_volume
        and not cdrs.is_credit as is_unequal
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    where is_disordered or is_unequal

),

-- R25, R38: missing periods are a missing required field and not disorder; a CDR whose periods carry no ENERGY at all
-- makes no statement.
final as (

    {{ hits_where('cdr', 'suspects', [
        ['charging_periods_disorder', 'is_disordered', names_where([
            ['period without start', 'has_period_without_start'],
            ['not ascending', 'has_disorder'],
            ['does not begin with the session', 'first_started_at <> started_at'],
            ['begins after the session ended', 'last_started_at > ended_at'],
        ])],
        ['energy_sum_mismatch', 'is_unequal', number_text('periods_energy_kwh'), number_text('total_energy_kwh')],
    ]) }}

)

select * from final
