-- What came later than the CDR that needs it: its session, the Location of its EVSE, its token, the original of a credit.
-- What comes within the hours of one night was never waited for.
{%- set night_s = 6 * 3600 %}

with cdrs as (

    select
        cdr_key,
        evse_key,
        case when direction = 'inbound' then concat(upper(token_uid), '|', token_type) end as token_name,
        first_received_at
    from {{ ref('fct_cdrs') }}

),

evses as (

    select
        evse_key,
        min(seen_from_at) as came_at
    from {{ ref('dim_evses') }}
    group by evse_key

),

tokens as (

    select
        concat(upper(token_uid), '|', token_type) as token_name,
        min(seen_from_at) as came_at
    from {{ ref('dim_tokens') }}
    group by concat(upper(token_uid), '|', token_type)

),

sessions as (

    select
        matches.cdr_key,
        min(sessions.first_received_at) as came_at
    from {{ ref('fct_session_matches') }} as matches
    inner join {{ ref('fct_sessions') }} as sessions
        on matches.session_key = sessions.session_key
    where matches.match_status = 'matched'
    group by matches.cdr_key

),

credits as (

    select * from {{ ref('int_cdr_credits') }}

),

originals as (

    select
        credits.cdr_key,
        cdrs.first_received_at as came_at
    from credits
    inner join cdrs on credits.original_cdr_key = cdrs.cdr_key

),

parents as (

    {% for rule_code, relation, key in [
        ('cdr_without_session', 'sessions', 'cdr_key'), ('evse_unknown', 'evses', 'evse_key'),
        ('token_unknown', 'tokens', 'token_name'), ('credit_cdr_integrity', 'originals', 'cdr_key'),
    ] -%}
    select
        cdrs.cdr_key,
        cdrs.first_received_at,
        '{{ rule_code }}' as rule_code,
        {{ relation }}.came_at
    from cdrs
    inner join {{ relation }} on cdrs.{{ key }} = {{ relation }}.{{ key }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        cdr_key,
        rule_code,
        came_at
    from parents
    where {{ elapsed_s('first_received_at', 'came_at') }} > {{ night_s }}

)

select * from final
