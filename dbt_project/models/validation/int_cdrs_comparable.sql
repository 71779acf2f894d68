-- CDRs that can be held against each other: no credit, not credited, clock in order, place known.
with cdrs as (

    select
        cdrs.*,
        upper(coalesce(cdrs.token_uid, cdrs.contract_id)) as token_name
    from {{ ref('fct_cdrs') }} as cdrs
    inner join {{ ref('int_cdr_clock_checks') }} as checks on cdrs.cdr_no = checks.cdr_no
    where
        not cdrs.is_credit
        and cdrs.evse_key is not null
        and cdrs.started_at is not null
        and not checks.has_clock_fault

),

credits as (

    select distinct original_cdr_key from {{ ref('int_cdr_credits') }}

),

final as (

    select
        cdr_key,
        cdr_label,
        partner,
        evse_key,
        token_name,
        started_at,
        ended_at,
        total_energy_kwh,
        first_received_at
    from cdrs
    where cdr_key not in (select credits.original_cdr_key from credits)

)

select * from final
