-- Some findings leave no honest price: better none than a guess.
with findings as (

    select * from {{ ref('int_cdr_findings') }}

),

blockers as (

    select
        code,
        blocker_rank
    from {{ ref('pricing_blockers') }}

),

final as (

    select
        findings.cdr_no,
        min_by(findings.code, blockers.blocker_rank) as not_priced_code
    from findings
    inner join blockers
        on findings.code = blockers.code
    group by findings.cdr_no

)

select * from final
