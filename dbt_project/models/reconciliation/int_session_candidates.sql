-- Every session and CDR that could belong together, with the strongest key they share.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

pairs as (

    select
        sessions.session_key,
        cdrs.cdr_key,
        1 as match_level,
    from cdrs
    inner join sessions
        on
            cdrs.partner = sessions.partner
            and cdrs.country_code = sessions.country_code
            and cdrs.party_id = sessions.party_id
            and upper(cdrs.session_id) = upper(sessions.session_id)

    union all

    select
        sessions.session_key,
        cdrs.cdr_key,
        2 as match_level,
    from cdrs
    inner join sessions
        on
            cdrs.partner = sessions.partner
            and cdrs.country_code = sessions.country_code
            and cdrs.party_id = sessions.party_id
            and cdrs.authorization_reference = sessions.authorization_reference

    union all

    -- A 2.1.1 CDR names its token by contract id alone.
    select
        sessions.session_key,
        cdrs.cdr_key,
        3 as match_level,
    from cdrs
    inner join sessions
        on
            cdrs.partner = sessions.partner
            and cdrs.evse_key = sessions.evse_key
            and coalesce(upper(cdrs.token_uid) = upper(sessions.token_uid), cdrs.contract_id = sessions.contract_id)
            and abs({{ elapsed_s('sessions.started_at', 'cdrs.started_at') }})
            <= {{ rule_parameter('session_match', 'start_gap_s') }}

),

strongest as (

    select
        session_key,
        cdr_key,
        min(match_level) as match_level,
    from pairs
    group by session_key, cdr_key

),

final as (

    select
        strongest.session_key,
        strongest.cdr_key,
        strongest.match_level,
        cdrs.is_credit,
        cdrs.first_received_at as cdr_first_received_at,
        coalesce(abs({{ elapsed_s('sessions.started_at', 'cdrs.started_at') }}), 0) as start_gap_s,
    from strongest
    inner join cdrs
        on strongest.cdr_key = cdrs.cdr_key
    inner join sessions
        on strongest.session_key = sessions.session_key

)

select * from final
