with cdr_agreements as (

    select * from {{ ref('int_cdr_agreements') }}

),

final as (

    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        case agreement_count when 0 then 'agreement_missing' else 'multiple_agreements_match' end as rule_code,
        cast(null as varchar) as severity,
        cast(agreement_count as varchar) || ' on ' || cast(session_date as varchar) as observed,
        '1' as bound,
    from cdr_agreements
    where agreement_count <> 1

)

select * from final
