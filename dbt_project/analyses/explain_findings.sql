-- What was odd while pricing the CDR, in the words of the catalogue.
with findings as (

    select * from {{ ref('fct_cdr_findings') }}
    where cdr_key = getvariable('cdr_key')

),

codes as (

    select * from {{ ref('codes') }}

),

blockers as (

    select * from {{ ref('pricing_blockers') }}

),

final as (

    select
        findings.code,
        findings.severity,
        findings.period_index,
        findings.detail,
        codes.title,
        codes.explanation,
        blockers.reason as blocking_reason
    from findings
    inner join codes
        on findings.code = codes.code
    left join blockers
        on findings.code = blockers.code

)

select * from final
order by blocking_reason is null, case severity when 'reject' then 1 when 'hold' then 2 else 3 end, code, period_index
