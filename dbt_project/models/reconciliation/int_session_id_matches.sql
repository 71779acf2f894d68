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

final as (

    select
        sessions.session_no,
        cdrs.cdr_no,
        not cdrs.is_credit
        and count(*) over (partition by cdrs.cdr_no) = 1
        -- A credit CDR repeats the session of its original and must not take the place of it.
        and count_if(not cdrs.is_credit) over (partition by sessions.session_no) = 1 as is_only,
    from cdrs
    inner join sessions
        on
            cdrs.partner = sessions.partner
            and cdrs.country_code = sessions.country_code
            and cdrs.party_id = sessions.party_id
            and cdrs.session_id = sessions.session_id

)

select * from final
