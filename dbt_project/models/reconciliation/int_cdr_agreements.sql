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

agreements as (

    select * from {{ ref('stg_config__agreements') }}

),

counted as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.session_date,
        count(agreements.agreement_id) as agreement_count,
        min(agreements.agreement_id) as agreement_id,
        min(agreements.agreement_version) as agreement_version,
    from cdrs
    left join agreements
        on
            cdrs.partner = agreements.partner
            and cdrs.session_date >= agreements.valid_from_date
            and (agreements.valid_to_date is null or cdrs.session_date < agreements.valid_to_date)
    group by cdrs.cdr_key, cdrs.cdr_label, cdrs.partner, cdrs.session_date

),

final as (

    select
        cdr_key,
        cdr_label,
        partner,
        session_date,
        agreement_count,
        case when agreement_count = 1 then agreement_id end as agreement_id,
        case when agreement_count = 1 then agreement_version end as agreement_version,
    from counted

)

select * from final
