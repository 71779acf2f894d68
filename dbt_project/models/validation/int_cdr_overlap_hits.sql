-- R30: one EVSE serves one car at a time. The CDR received later is the doubtful one, so that a verdict does not
-- turn when another CDR arrives. What R06 takes for the same session is left to it.
with cdrs as (

    select * from {{ ref('int_cdrs_comparable') }}
    where ended_at is not null

),

duplicates as (

    select cdr_key from {{ ref('int_cdr_duplicate_pairs') }}

),

spans as (

    select
        cdrs.*,
        cdrs.started_at + to_seconds(cast({{ rule_parameter('session_overlap_same_evse', 'tolerance_s') }} as bigint)) as started_with_tolerance_at
    from cdrs
    anti join duplicates using (cdr_key)

),

-- Few CDRs overlap: the neighbours in time tell which ones are worth pairing.
neighbours as (

    select
        *,
        max(ended_at) over (partition by evse_key order by started_at, receipt_order rows between unbounded preceding and 1 preceding) as ended_before_at,
        lead(started_with_tolerance_at) over (partition by evse_key order by started_at, receipt_order) as next_start_at
    from spans

),

candidates as (

    select * from neighbours
    where started_with_tolerance_at < ended_before_at or next_start_at < ended_at

),

pairs as (

    select
        later.cdr_key,
        later.cdr_label,
        later.partner,
        min(earlier.cdr_label) as earlier_cdr_label
    from candidates as later
    inner join candidates as earlier
        on
            later.evse_key = earlier.evse_key
            and later.receipt_order > earlier.receipt_order
            and later.started_with_tolerance_at < earlier.ended_at
            and earlier.started_with_tolerance_at < later.ended_at
    group by later.cdr_key, later.cdr_label, later.partner

),

final as (

    select
        {{ hit_columns('cdr', 'session_overlap_same_evse', 'earlier_cdr_label') }}
    from pairs

)

select * from final
