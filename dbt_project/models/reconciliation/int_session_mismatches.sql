-- R59: what a CDR says otherwise than its session. The figures of a session that still runs are not final.
with matches as (

    select * from {{ ref('fct_session_matches') }}
    where match_status = 'matched' and session_status = 'COMPLETED'

),

-- A clock that is off by the zone is said once.
shifts as (

    select * from {{ ref('int_session_time_shifts') }}

),

-- So is a token or an EVSE that is wrong by itself.
identity_hits as (

    select cdr_key from {{ ref('int_cdrs_of_unclear_identity') }}

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

settings as (

    {{ rule_settings([
        ['session_cdr_mismatch', 'energy_kwh'], ['session_cdr_mismatch', 'energy_percent'], ['session_cdr_mismatch', 'time_gap_s'],
    ]) }}

),

compared as (

    select
        matches.cdr_key,
        matches.cdr_label,
        matches.partner,
        matches.energy_delta_kwh,
        matches.start_delta_s,
        matches.end_delta_s,
        settings.session_cdr_mismatch__energy_kwh as energy_kwh,
        settings.session_cdr_mismatch__energy_percent as energy_percent,
        settings.session_cdr_mismatch__time_gap_s as time_gap_s,
        coalesce(not {{ is_tolerated(
            'matches.energy_delta_kwh', 'matches.session_energy_kwh', 'session_cdr_mismatch__energy_kwh', 'session_cdr_mismatch__energy_percent'
        ) }}, false) as has_other_energy,
        coalesce(abs(matches.start_delta_s) > settings.session_cdr_mismatch__time_gap_s, false)
        and not coalesce(shifts.is_start_shifted, false) as has_other_start,
        coalesce(abs(matches.end_delta_s) > settings.session_cdr_mismatch__time_gap_s, false)
        and not coalesce(shifts.is_end_shifted, false) as has_other_end,
        matches.has_other_token and identity_hits.cdr_key is null as has_other_token,
        matches.has_other_evse and identity_hits.cdr_key is null as has_other_evse,
    from matches
    left join shifts
        on matches.cdr_key = shifts.cdr_key
    left join identity_hits
        on matches.cdr_key = identity_hits.cdr_key
    left join scopes
        on matches.cdr_key = scopes.cdr_key
    inner join settings
        on coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no

),

final as (

    select
        cdr_key,
        cdr_label,
        partner,
        -- Another token is another customer's bill.
        case when has_other_token then 'hold' end as severity,
        concat_ws(
            ', ',
            case when has_other_energy then {{ as_text('energy_delta_kwh') }} || ' kWh' end,
            case when has_other_start then 'start ' || cast(start_delta_s as varchar) || ' s' end,
            case when has_other_end then 'end ' || cast(end_delta_s as varchar) || ' s' end,
            case when has_other_token then 'another token' end,
            case when has_other_evse then 'another EVSE' end
        ) as observed,
        concat_ws(
            ', ',
            case
                when has_other_energy
                    then {{ as_text('energy_kwh') }} || ' kWh and ' || {{ as_text('energy_percent') }} || ' %'
            end,
            case when has_other_start or has_other_end then {{ as_text('time_gap_s') }} || ' s' end
        ) as bound,
    from compared
    where has_other_energy or has_other_start or has_other_end or has_other_token or has_other_evse

)

select * from final
