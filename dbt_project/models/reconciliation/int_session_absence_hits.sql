-- Waits count against the business clock; a partner that sends no sessions is not asked for any.
with matches as (

    select * from {{ ref('fct_session_matches') }}

),

session_partners as (

    select distinct partner from {{ ref('fct_sessions') }}

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

settings as (

    {{ rule_settings([['cdr_without_session', 'wait_h']]) }}

),

parameters as (

    select {{ rule_parameter('session_without_cdr', 'wait_h') }} as session_wait_h

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
        {{ as_text('settings.cdr_without_session__wait_h') }} || ' h' as bound,
    from matches
    inner join session_partners
        on matches.partner = session_partners.partner
    left join scopes
        on matches.cdr_key = scopes.cdr_key
    inner join settings
        on coalesce(scopes.rule_scope_no, 0) = settings.rule_scope_no
    where
        matches.match_status = 'cdr_only'
        and not matches.is_credit_cdr
        and {{ elapsed_s('matches.cdr_ended_at', as_of()) }} > settings.cdr_without_session__wait_h * 3600

)

select * from final
