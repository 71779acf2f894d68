with findings as (

    select * from {{ ref('int_cdr_findings') }}

),

codes as (

    select * from {{ ref('codes') }}

),

final as (

    select
        findings.cdr_key,
        findings.cdr_label,
        findings.partner,
        findings.code,
        codes.severity,
        findings.period_index,
        findings.detail
    from findings
    inner join codes
        on findings.code = codes.code

)

select * from final
