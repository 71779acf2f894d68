-- A CDR has exactly one row; a session has at most one CDR of its own, and never falls out.
with matches as (

    select * from {{ ref('fct_session_matches') }}

)

select cdr_key as object_key
from {{ ref('fct_cdrs') }}
where cdr_key not in (select matches.cdr_key from matches where matches.cdr_key is not null)

union all

select session_key as object_key
from {{ ref('fct_sessions') }}
where session_key not in (select matches.session_key from matches where matches.session_key is not null)

union all

select cdr_key as object_key
from matches
where cdr_key is not null
group by cdr_key
having count(*) > 1

union all

select session_key as object_key
from matches
where match_status in ('matched', 'session_only')
group by session_key
having count(*) > 1
