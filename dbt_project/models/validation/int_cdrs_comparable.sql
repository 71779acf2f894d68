-- CDRs that can be held against each other: no credit, not credited, clock in order, place known.
with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        evse_key,
        upper(coalesce(token_uid, contract_id)) as token_name,
        upper(session_id) as session_name,
        started_at,
        ended_at,
        total_energy_kwh,
        first_received_at,
        rule_scope_no
    from {{ ref('int_cdrs_judged') }}
    where cdr_no in (select neighbours.cdr_no from {{ ref('int_cdr_neighbours') }} as neighbours)

),

checks as (

    select cdr_key from {{ ref('int_cdr_clock_checks') }}
    where has_clock_fault

),

credits as (

    select original_cdr_key from {{ ref('int_cdr_credits') }}

),

final as (

    select * from cdrs
    where
        cdr_key not in (select checks.cdr_key from checks)
        and cdr_key not in (select credits.original_cdr_key from credits)

)

select * from final
