{{ config(materialized='view') }}

-- Which agreement is in force at the local end date of a session; an id only where it is exactly one.
with cdrs as (

    select
        cdr_key,
        cdr_label,
        partner,
        session_date,
    from {{ ref('fct_cdrs') }}
    -- A credit CDR follows the agreement of its original; an outbound CDR is ours to
    -- collect, and without a readable end nobody can say which day counts.
    where
        not is_credit
        and direction = 'inbound'
        and ended_at is not null

),

-- There are far fewer days than CDRs.
days as (

    select distinct
        partner,
        session_date,
    from cdrs

),

agreements as (

    select * from {{ ref('stg_config__agreements') }}

),

counted as (

    select
        days.partner,
        days.session_date,
        count(agreements.agreement_id) as agreement_count,
        min(agreements.agreement_id) as agreement_id,
        min(agreements.agreement_version) as agreement_version,
    from days
    left join agreements
        on
            days.partner = agreements.partner
            and days.session_date >= agreements.valid_from_date
            and (agreements.valid_to_date is null or days.session_date < agreements.valid_to_date)
    group by days.partner, days.session_date

),

final as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.session_date,
        counted.agreement_count,
        case when counted.agreement_count = 1 then counted.agreement_id end as agreement_id,
        case when counted.agreement_count = 1 then counted.agreement_version end as agreement_version,
    from cdrs
    inner join counted
        on
            cdrs.partner = counted.partner
            and cdrs.session_date = counted.session_date

)

select * from final
