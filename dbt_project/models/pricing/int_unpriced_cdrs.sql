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

-- A credit is never priced, whether its original is at hand or not.
credits as (

    select
        cdr_no,
        'credit_not_priced' as code
    from {{ ref('fct_cdrs') }}
    where is_credit

),

found as (

    select
        cdr_no,
        code
    from findings
    union all
    select
        cdr_no,
        code
    from credits

),

final as (

    select
        found.cdr_no,
        min_by(found.code, blockers.blocker_rank) as not_priced_code
    from found
    inner join blockers
        on found.code = blockers.code
    group by found.cdr_no

)

select * from final
