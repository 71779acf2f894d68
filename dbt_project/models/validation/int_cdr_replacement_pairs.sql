-- R58: a CDR of a session that an earlier one has billed, which is neither credited nor disputed.
with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        concat_ws('|', partner, country_code, party_id, upper(session_id)) as session_name,
        first_received_at
    from {{ ref('fct_cdrs') }}
    where not is_credit and session_id is not null

),

-- Nearly all sessions have one CDR: hashes tell which ones to look at.
billed_again as (

    select hash(session_name) as session_hash
    from cdrs
    group by hash(session_name)
    having count(*) > 1

),

candidates as (

    select * from cdrs
    where hash(session_name) in (select billed_again.session_hash from billed_again)

),

-- A credit that is wrong takes nothing back.
broken_credits as (

    select cdr_key from {{ ref('int_cdr_credit_faults') }}

),

credited as (

    select original_cdr_key as cdr_key
    from {{ ref('int_cdr_credits') }}
    where cdr_key not in (select broken_credits.cdr_key from broken_credits)

),

disputed as (

    select object_key as cdr_key
    from {{ ref('stg_ledger__events') }}
    where event_type = 'dispute_opened' and object_type = 'cdr'

),

standing as (

    select * from candidates
    where cdr_key not in (select credited.cdr_key from credited)

),

-- Content that is the same, too, is R06's.
duplicates as (

    select cdr_no from {{ ref('int_cdr_duplicate_pairs') }}

),

final as (

    select
        later.cdr_no,
        later.cdr_key,
        later.cdr_label,
        later.partner,
        min(earlier.cdr_label) as earlier_cdr_label
    from standing as later
    inner join standing as earlier
        on
            later.session_name = earlier.session_name
            and row(later.first_received_at, later.cdr_label) > row(earlier.first_received_at, earlier.cdr_label)
    where
        earlier.cdr_key not in (select disputed.cdr_key from disputed)
        and later.cdr_no not in (select duplicates.cdr_no from duplicates)
    group by later.cdr_no, later.cdr_key, later.cdr_label, later.partner

)

select * from final
