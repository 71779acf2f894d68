-- Pairs, CDRs that share a session already taken by another CDR, and what stands alone on either side.
with pairs as (

    select * from {{ ref('int_session_pairs') }}

),

candidates as (

    select * from {{ ref('int_session_candidates') }}

),

ranked_for_cdr as (

    select
        session_no,
        cdr_no,
        match_level,
        row_number() over (
            partition by cdr_no
            order by match_level, start_gap_s, session_key
        ) as session_rank,
    from candidates
    where cdr_no not in (select pairs.cdr_no from pairs)

),

linked as (

    select
        session_no,
        cdr_no,
        match_level,
        'matched' as match_status,
    from pairs

    union all

    select
        session_no,
        cdr_no,
        match_level,
        'shares_session' as match_status,
    from ranked_for_cdr
    where session_rank = 1

),

sessions as (

    select {{ record_no('landing_seq', 'ordinal') }} as session_no
    from {{ ref('fct_sessions') }}

),

final as (

    select * from linked

    union all

    select
        cast(null as bigint) as session_no,
        cdr_no,
        cast(null as integer) as match_level,
        'cdr_only' as match_status,
    from {{ ref('fct_cdrs') }}
    where cdr_no not in (select linked.cdr_no from linked)

    union all

    select
        session_no,
        cast(null as bigint) as cdr_no,
        cast(null as integer) as match_level,
        'session_only' as match_status,
    from sessions
    where session_no not in (
        select linked.session_no from linked
        where linked.match_status = 'matched'
    )

)

select * from final
