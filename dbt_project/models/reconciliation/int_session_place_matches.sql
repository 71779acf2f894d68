-- Sessions and CDRs that name one EVSE and token and begin at about the same time. An EVSE has too many sessions to
-- compare each CDR with all of them, so a CDR meets only those of its slots of time.
with id_matches as (

    select * from {{ ref('int_session_id_matches') }}

),

parameters as (

    select {{ rule_parameter('session_match', 'start_gap_s') }} as start_gap_s

),

gap as (

    select
        start_gap_s,
        -- A second more than the gap, for part of one does not count.
        cast(ceil(start_gap_s) + 1 as bigint) * 1000000 as reach_us,
        -- So wide that a CDR has two slots at most.
        cast(ceil(start_gap_s) + 1 as bigint) * 10000000 as slot_us,
    from parameters

),

cdrs as (

    select
        cdrs.cdr_no,
        cdrs.partner,
        cdrs.evse_key,
        upper(cdrs.token_uid) as token_uid,
        cdrs.contract_id,
        cdrs.started_at,
        gap.start_gap_s,
        unnest(list_distinct([
            (epoch_us(cdrs.started_at) - gap.reach_us) // gap.slot_us,
            (epoch_us(cdrs.started_at) + gap.reach_us) // gap.slot_us
        ])) as slot,
    from {{ ref('fct_cdrs') }} as cdrs
    cross join gap
    where cdrs.cdr_no not in (
        select id_matches.cdr_no from id_matches
        where id_matches.is_only
    )

),

sessions as (

    select
        {{ record_no('sessions.landing_seq', 'sessions.ordinal') }} as session_no,
        sessions.partner,
        sessions.evse_key,
        upper(sessions.token_uid) as token_uid,
        sessions.contract_id,
        sessions.started_at,
        epoch_us(sessions.started_at) // gap.slot_us as slot,
    from {{ ref('fct_sessions') }} as sessions
    cross join gap

),

final as (

    select
        sessions.session_no,
        cdrs.cdr_no,
    from cdrs
    inner join sessions
        on
            cdrs.partner = sessions.partner
            and cdrs.evse_key = sessions.evse_key
            and cdrs.slot = sessions.slot
            -- A 2.1.1 CDR names its token by contract id alone.
            and coalesce(cdrs.token_uid = sessions.token_uid, cdrs.contract_id = sessions.contract_id)
            and abs({{ elapsed_s('sessions.started_at', 'cdrs.started_at') }}) <= cdrs.start_gap_s

)

select * from final
