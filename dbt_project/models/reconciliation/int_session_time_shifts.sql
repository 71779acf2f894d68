-- R23: a CDR that begins or ends beside its session by exactly what the local clock differs from UTC at that moment: one
-- of the two wrote local time as if it were UTC. Whoever is ahead did, so that the other tells the moment that counts.
with matches as (

    select
        cdr_key,
        start_delta_s,
        end_delta_s,
    from {{ ref('fct_session_matches') }}
    where
        match_status = 'matched'
        -- No zone is nearer to UTC than this, and most pairs agree.
        and (abs(start_delta_s) > 600 or abs(end_delta_s) > 600)

),

cdrs as (

    select * from {{ ref('int_cdrs_judged') }}
    where
        time_zone is not null
        and cdr_key in (select matches.cdr_key from matches)

),

settings as (

    {{ rule_settings([['timestamp_not_utc_or_shifted', 'tolerance_s']]) }}

),

checked as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.time_zone,
        matches.start_delta_s,
        matches.end_delta_s,
        coalesce({{ is_shifted(
            'cdrs.started_at', 'matches.start_delta_s', 'cdrs.time_zone', 'settings.timestamp_not_utc_or_shifted__tolerance_s'
        ) }}, false) as is_start_shifted,
        coalesce({{ is_shifted(
            'cdrs.ended_at', 'matches.end_delta_s', 'cdrs.time_zone', 'settings.timestamp_not_utc_or_shifted__tolerance_s'
        ) }}, false) as is_end_shifted,
    from matches
    inner join cdrs
        on matches.cdr_key = cdrs.cdr_key
    inner join settings
        on cdrs.rule_scope_no = settings.rule_scope_no
    -- A session that ends before it begins tells no time.
    where coalesce({{ elapsed_s('cdrs.started_at', 'cdrs.ended_at') }} + matches.start_delta_s - matches.end_delta_s >= 0, true)

),

final as (

    select * from checked
    where is_start_shifted or is_end_shifted

)

select * from final
