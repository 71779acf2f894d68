-- R23: a CDR that begins or ends beside its session by exactly what the local clock differs from UTC at that moment. One
-- of the two wrote local time as if it were UTC: a CDR ahead by the offset did it itself.
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

    select
        cdr_key,
        cdr_label,
        partner,
        time_zone,
        started_at,
        ended_at,
        rule_scope_no,
    from {{ ref('int_cdrs_judged') }}
    where
        time_zone is not null
        and cdr_key in (select matches.cdr_key from matches)

),

settings as (

    {{ rule_settings([['timestamp_not_utc_or_shifted', 'tolerance_s']]) }}

),

-- Whoever is ahead wrote local time, so that the other one tells the moment whose offset it is.
moments as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.time_zone,
        settings.timestamp_not_utc_or_shifted__tolerance_s as tolerance_s,
        {%- for moment in ['start', 'end'] %}
        matches.{{ moment }}_delta_s,
        cdrs.{{ moment }}ed_at as cdr_{{ moment }}_at,
        cdrs.{{ moment }}ed_at - to_seconds(matches.{{ moment }}_delta_s) as session_{{ moment }}_at{{ ',' }}
        {%- endfor %}
    from matches
    inner join cdrs
        on matches.cdr_key = cdrs.cdr_key
    inner join settings
        on cdrs.rule_scope_no = settings.rule_scope_no

),

shifted as (

    select
        *,
        {%- for moment in ['start', 'end'] %}
        coalesce(
            {{ is_shifted(moment ~ '_delta_s', 'session_' ~ moment ~ '_at', 'time_zone', 'tolerance_s') }}
            or {{ is_shifted('-' ~ moment ~ '_delta_s', 'cdr_' ~ moment ~ '_at', 'time_zone', 'tolerance_s') }},
            false
        ) as is_{{ moment }}_shifted,
        {%- endfor %}
    from moments

),

final as (

    select
        cdr_key,
        cdr_label,
        partner,
        time_zone,
        start_delta_s,
        end_delta_s,
        is_start_shifted,
        is_end_shifted,
    from shifted
    where is_start_shifted or is_end_shifted

)

select * from final
