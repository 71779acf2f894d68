-- Pairs, CDRs that share a session already taken by another CDR, and what stands alone on either side.
with pairs as (

    select * from {{ ref('int_session_pairs') }}

),

candidates as (

    select * from {{ ref('int_session_candidates') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

ranked_for_cdr as (

    select
        candidates.session_key,
        candidates.cdr_key,
        candidates.match_level,
        row_number() over (
            partition by candidates.cdr_key
            order by candidates.match_level, candidates.start_gap_s, candidates.session_key
        ) as session_rank,
    from candidates
    left join pairs
        on candidates.cdr_key = pairs.cdr_key
    where pairs.cdr_key is null

),

linked as (

    select
        session_key,
        cdr_key,
        match_level,
        'matched' as match_status,
    from pairs

    union all

    select
        session_key,
        cdr_key,
        match_level,
        'shares_session' as match_status,
    from ranked_for_cdr
    where session_rank = 1

),

final as (

    select * from linked

    union all

    select
        cast(null as varchar) as session_key,
        cdr_key,
        cast(null as integer) as match_level,
        'cdr_only' as match_status,
    from cdrs
    where cdr_key not in (select linked.cdr_key from linked)

    union all

    select
        session_key,
        cast(null as varchar) as cdr_key,
        cast(null as integer) as match_level,
        'session_only' as match_status,
    from sessions
    where session_key not in (
        select linked.session_key from linked
        where linked.match_status = 'matched'
    )

)

select * from final
