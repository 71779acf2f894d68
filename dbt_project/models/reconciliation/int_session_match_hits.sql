-- Waits count against the business clock; a partner that sends no sessions is not asked for any.
with matches as (

    select * from {{ ref('fct_session_matches') }}

),

session_partners as (

    select distinct partner from {{ ref('fct_sessions') }}

),

parameters as (

    select
        {{ rule_parameter('session_cdr_mismatch', 'energy_kwh') }} as energy_kwh,
        {{ rule_parameter('session_cdr_mismatch', 'energy_percent') }} as energy_percent,
        {{ rule_parameter('session_cdr_mismatch', 'time_gap_s') }} as time_gap_s,
        {{ rule_parameter('session_without_cdr', 'wait_h') }} as session_wait_h,
        {{ rule_parameter('cdr_without_session', 'wait_h') }} as cdr_wait_h,

),

final as (

    select
        'session' as object_type,
        matches.session_key as object_key,
        matches.session_label as object_label,
        matches.partner,
        'session_without_cdr' as rule_code,
        cast(null as varchar) as severity,
        cast(matches.session_ended_at as varchar) as observed,
        {{ as_text('parameters.session_wait_h') }} || ' h' as bound,
    from matches
    cross join parameters
    where
        matches.match_status = 'session_only'
        and matches.session_status = 'COMPLETED'
        and {{ elapsed_s('matches.session_ended_at', as_of()) }} > parameters.session_wait_h * 3600

    union all

    select
        'cdr' as object_type,
        matches.cdr_key as object_key,
        matches.cdr_label as object_label,
        matches.partner,
        'cdr_without_session' as rule_code,
        cast(null as varchar) as severity,
        cast(matches.cdr_ended_at as varchar) as observed,
        {{ as_text('parameters.cdr_wait_h') }} || ' h' as bound,
    from matches
    inner join session_partners
        on matches.partner = session_partners.partner
    cross join parameters
    where
        matches.match_status = 'cdr_only'
        and not matches.is_credit_cdr
        and {{ elapsed_s('matches.cdr_ended_at', as_of()) }} > parameters.cdr_wait_h * 3600

    union all

    select
        'cdr' as object_type,
        matches.cdr_key as object_key,
        matches.cdr_label as object_label,
        matches.partner,
        'session_cdr_mismatch' as rule_code,
        cast(null as varchar) as severity,
        concat_ws(
            ', ',
            {{ as_text('matches.energy_delta_kwh') }} || ' kWh',
            'start ' || cast(matches.start_delta_s as varchar) || ' s',
            'end ' || cast(matches.end_delta_s as varchar) || ' s'
        ) as observed,
        concat_ws(
            ', ',
            {{ as_text('parameters.energy_kwh') }} || ' kWh and ' || {{ as_text('parameters.energy_percent') }} || ' %',
            {{ as_text('parameters.time_gap_s') }} || ' s'
        ) as bound,
    from matches
    cross join parameters
    where
        matches.match_status = 'matched'
        -- The figures of a session that still runs are not final.
        and matches.session_status = 'COMPLETED'
        and (
            (
                abs(matches.energy_delta_kwh) > parameters.energy_kwh
                and abs(matches.energy_delta_kwh)
                > {{ percent_of('abs(matches.session_energy_kwh)', 'parameters.energy_percent') }}
            )
            or abs(matches.start_delta_s) > parameters.time_gap_s
            or abs(matches.end_delta_s) > parameters.time_gap_s
        )

)

select * from final
