with sessions as (

    -- Without a status nothing says that it is over.
    select * replace (coalesce(status, 'PENDING') as status)
    from {{ ref('fct_sessions') }}
    -- A reservation is no attempt to charge.
    where status is distinct from 'RESERVATION'

),

matches as (

    select * from {{ ref('fct_session_matches') }}
    where match_status = 'matched'

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

parameters as (

    select
        {{ rule_parameter('session_success', 'least_energy_kwh') }} as least_energy_kwh,
        {{ rule_parameter('session_success', 'least_duration_s') }} as least_duration_s,
        {{ rule_parameter('session_success', 'stuck_after_h') }} as stuck_after_h,
        {{ rule_parameter('session_without_cdr', 'wait_h') }} as cdr_wait_h,
        {{ rule_parameter('kpi', 'provisional_h') }} as provisional_h,

),

final as (

    select
        sessions.session_key,
        sessions.partner,
        sessions.session_date,
        sessions.status = 'COMPLETED' as is_completed,
        sessions.status = 'COMPLETED'
        and (
            coalesce(sessions.energy_kwh >= parameters.least_energy_kwh, false)
            or coalesce(
                {{ elapsed_s('sessions.started_at', 'sessions.ended_at') }} >= parameters.least_duration_s, false
            )
        ) as is_success,
        -- One that still charges is neither a success nor a failure yet.
        sessions.status in ('COMPLETED', 'INVALID')
        or (
            sessions.status in ('PENDING', 'ACTIVE')
            and sessions.ended_at is null
            and coalesce(
                {{ elapsed_s('sessions.started_at', as_of()) }} > parameters.stuck_after_h * 3600, false
            )
        ) as is_attempt,
        sessions.status = 'COMPLETED'
        and matches.cdr_key is not null
        and (
            not cdrs.is_late_measurable
            or coalesce(
                {{ elapsed_s('sessions.ended_at', 'cdrs.first_received_at') }} <= parameters.cdr_wait_h * 3600, true
            )
        ) as has_cdr_in_time,
        coalesce(
            {{ elapsed_s('coalesce(sessions.ended_at, sessions.started_at)', as_of()) }}
            < parameters.provisional_h * 3600,
            false
        ) as is_provisional,
    from sessions
    cross join parameters
    left join matches
        on sessions.session_key = matches.session_key
    left join cdrs
        on matches.cdr_key = cdrs.cdr_key

)

select * from final
