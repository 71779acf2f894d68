-- Every session and CDR that could belong together, with the strongest key they share, for CDRs that do not have their
-- session to themselves by its id.
with id_matches as (

    select * from {{ ref('int_session_id_matches') }}

),

place_matches as (

    select * from {{ ref('int_session_place_matches') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where cdr_no not in (
        select id_matches.cdr_no from id_matches
        where id_matches.is_only
    )

),

sessions as (

    select
        *,
        {{ record_no('landing_seq', 'ordinal') }} as session_no,
    from {{ ref('fct_sessions') }}

),

pairs as (

    select
        session_no,
        cdr_no,
        1 as match_level,
    from id_matches
    where not is_only

    union all

    select
        sessions.session_no,
        cdrs.cdr_no,
        2 as match_level,
    from cdrs
    inner join sessions
        on
            cdrs.partner = sessions.partner
            and cdrs.country_code = sessions.country_code
            and cdrs.party_id = sessions.party_id
            and cdrs.authorization_reference = sessions.authorization_reference

    union all

    select
        session_no,
        cdr_no,
        3 as match_level,
    from place_matches

),

strongest as (

    select
        session_no,
        cdr_no,
        min(match_level) as match_level,
    from pairs
    group by session_no, cdr_no

),

final as (

    select
        strongest.session_no,
        strongest.cdr_no,
        strongest.match_level,
        sessions.session_key,
        cdrs.cdr_key,
        cdrs.is_credit,
        cdrs.first_received_at as cdr_first_received_at,
        coalesce(abs({{ elapsed_s('sessions.started_at', 'cdrs.started_at') }}), 0) as start_gap_s,
    from strongest
    inner join cdrs
        on strongest.cdr_no = cdrs.cdr_no
    inner join sessions
        on strongest.session_no = sessions.session_no

)

select * from final
