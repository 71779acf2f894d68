-- Which CDRs are worth holding against another at their EVSE: one begins near the other, or before the other is over.
-- What lies between two such CDRs is near, too, so that neighbours tell. Hashes and whole numbers are sorted ten times
-- faster than texts and moments; two EVSEs of one hash only mean that more is looked at.
with cdrs as (

    select
        cdr_no,
        hash(evse_key) as evse_hash,
        epoch_us(started_at) as started_us,
        epoch_us(ended_at) as ended_us
    from {{ ref('fct_cdrs') }}
    where not is_credit and evse_key is not null and started_at is not null

),

-- The widest of all agreements; what is near enough is told later, for each pair.
reach as (

    select max(value) * 1000000 as reach_us
    from {{ ref('int_rule_settings') }}
    where rule_code = 'cdr_duplicate_content' and parameter = 'start_gap_s'

),

ordered as (

    select
        cdr_no,
        started_us,
        ended_us,
        lag(started_us) over at_evse as earlier_start_us,
        lead(started_us) over at_evse as later_start_us,
        max(ended_us) over (
            partition by evse_hash order by started_us, cdr_no rows between unbounded preceding and 1 preceding
        ) as busy_to_us
    from cdrs
    window at_evse as (partition by evse_hash order by started_us, cdr_no)

),

final as (

    select ordered.cdr_no
    from ordered
    cross join reach
    where
        ordered.started_us < ordered.busy_to_us
        or ordered.later_start_us < ordered.ended_us
        or ordered.started_us - ordered.earlier_start_us <= reach.reach_us
        or ordered.later_start_us - ordered.started_us <= reach.reach_us

)

select * from final
