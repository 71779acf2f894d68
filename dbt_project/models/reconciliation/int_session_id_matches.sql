-- Most sessions and CDRs share their id with nobody else. Those are pairs at once, and no later step looks at them.
with cdrs as (

    select
        cdr_no,
        partner,
        country_code,
        party_id,
        upper(session_id) as session_id,
        is_credit,
    from {{ ref('fct_cdrs') }}

),

sessions as (

    select
        {{ record_no('landing_seq', 'ordinal') }} as session_no,
        partner,
        country_code,
        party_id,
        upper(session_id) as session_id,
    from {{ ref('fct_sessions') }}

),

matches as (

    select
        sessions.session_no,
        cdrs.cdr_no,
        cdrs.is_credit,
    from cdrs
    inner join sessions
        on
            cdrs.partner = sessions.partner
            and cdrs.country_code = sessions.country_code
            and cdrs.party_id = sessions.party_id
            and cdrs.session_id = sessions.session_id

),

-- Counted, not ranked: a window takes four times as long.
cdrs_of_several as (

    select cdr_no from matches
    group by cdr_no
    having count(*) > 1

),

-- A credit CDR repeats the session of its original and must not take the place of it.
sessions_of_several as (

    select session_no from matches
    where not is_credit
    group by session_no
    having count(*) > 1

),

final as (

    select
        session_no,
        cdr_no,
        not is_credit
        and cdr_no not in (select cdrs_of_several.cdr_no from cdrs_of_several)
        and session_no not in (select sessions_of_several.session_no from sessions_of_several) as is_only,
    from matches

)

select * from final
