with cdrs as (

    select
        cdrs.*,
        totals.first_started_at,
        totals.last_started_at,
        totals.has_period_without_start,
        totals.has_disorder,
        totals.has_unreadable_volume,
        totals.energy_kwh as periods_energy_kwh,
        checks.has_clock_fault,
        to_seconds(cast({{ rule_parameter('charging_periods_disorder', 'tolerance_s') }} as bigint)) as tolerance
    from {{ ref('fct_cdrs') }} as cdrs
    inner join {{ ref('int_cdr_period_totals') }} as totals on cdrs.cdr_key = totals.cdr_key
    inner join {{ ref('int_cdr_clock_checks') }} as checks on cdrs.cdr_key = checks.cdr_key

),

final as (

    -- R25: missing periods are a missing required field and not disorder.
    select
        {{ hit_columns(
            'cdr', 'charging_periods_disorder',
            names_where([
                ['period without start', 'has_period_without_start'],
                ['not ascending', 'has_disorder'],
                ['does not begin with the session', 'first_started_at <> started_at'],
                ['begins after the session ended', 'last_started_at > ended_at'],
            ])
        ) }}
    from cdrs
    where
        not has_clock_fault
        and (
            has_period_without_start
            or has_disorder
            or first_started_at not between started_at - tolerance and started_at + tolerance
            or last_started_at > ended_at + tolerance
        )

    union all

    -- R38: a CDR whose periods carry no ENERGY at all makes no statement.
    select
        {{ hit_columns(
            'cdr', 'energy_sum_mismatch', number_text('periods_energy_kwh'), number_text('total_energy_kwh')
        ) }}
    from cdrs
    where
        abs(periods_energy_kwh - total_energy_kwh) > greatest(
            {{ rule_parameter('energy_sum_mismatch', 'tolerance_kwh') }},
            {{ percent_of(
                'abs(total_energy_kwh)', rule_parameter('energy_sum_mismatch', 'tolerance_percent')
            ) }}
        )
        and not has_unreadable_volume
        and not is_credit

)

select * from final
