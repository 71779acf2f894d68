-- A CDR has exactly one row; a session has at most one CDR of its own, and never falls out.
with matches as (

    select * from {{ ref('fct_session_matches') }}

),

matched_cdrs as (

    select cdr_key
    from matches
    where cdr_key is not null

),

matched_sessions as (

    select session_key
    from matches
    where session_key is not null

)

select cdr_key as object_key
from {{ ref('fct_cdrs') }}
where cdr_key not in (select matched_cdrs.cdr_key from matched_cdrs)

union all

select session_key as object_key
from {{ ref('fct_sessions') }}
where session_key not in (select matched_sessions.session_key from matched_sessions)

union all

select cdr_key as object_key
from matched_cdrs
group by cdr_key
having count(*) > 1

union all

select session_key as object_key
from matches
where match_status in ('matched', 'session_only')
group by session_key
having count(*) > 1
