{{ config(materialized='view') }}

with findings as (

    select * from {{ ref('int_cdr_findings') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

codes as (

    select * from {{ ref('codes') }}

),

final as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        findings.code,
        codes.severity,
        findings.period_index,
        findings.detail
    from findings
    inner join cdrs
        on findings.cdr_no = cdrs.cdr_no
    inner join codes
        on findings.code = codes.code

)

select * from final
