-- R30: one EVSE serves one car at a time. Nothing tells which of two CDRs is wrong, so both are named; only what
-- R06 takes for the same session billed again is left to it.
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
        cdrs.started_at
        + to_seconds(cast({{ rule_parameter('session_overlap_same_evse', 'tolerance_s') }} as bigint))
            as started_with_tolerance_at
    from cdrs
    left join duplicates on cdrs.cdr_key = duplicates.cdr_key
    where duplicates.cdr_key is null

),

-- Few CDRs overlap: the neighbours in time tell which ones are worth pairing.
neighbours as (

    select
        *,
        max(ended_at) over (
            partition by evse_key order by started_at, cdr_key rows between unbounded preceding and 1 preceding
        ) as ended_before_at,
        lead(started_with_tolerance_at) over (partition by evse_key order by started_at, cdr_key) as next_start_at
    from spans

),

candidates as (

    select * from neighbours
    where started_with_tolerance_at < ended_before_at or next_start_at < ended_at

),

pairs as (

    select
        candidates.cdr_key,
        candidates.cdr_label,
        candidates.partner,
        min(others.cdr_label) as other_cdr_label
    from candidates
    inner join candidates as others
        on
            candidates.evse_key = others.evse_key
            and candidates.cdr_key <> others.cdr_key
            and candidates.started_with_tolerance_at < others.ended_at
            and candidates.ended_at > others.started_with_tolerance_at
    group by candidates.cdr_key, candidates.cdr_label, candidates.partner

),

final as (

    select
        {{ hit_columns('cdr', 'session_overlap_same_evse', 'other_cdr_label') }}
    from pairs

)

select * from final
