-- The causes of a CDR add up to its difference; without an expected amount they add up to the claim.
with reconciled as (

    select * from {{ ref('fct_cdr_reconciliation') }}

),

causes as (

    select
        cdr_key,
        sum(coalesce(amount_excl_vat, 0)) as amount_excl_vat,
        sum(coalesce(amount_incl_vat, 0)) as amount_incl_vat,
    from {{ ref('fct_cost_differences') }}
    group by cdr_key

)

select
    reconciled.cdr_key,
    reconciled.difference_excl_vat,
    causes.amount_excl_vat,
    reconciled.difference_incl_vat,
    causes.amount_incl_vat,
from reconciled
left join causes
    on reconciled.cdr_key = causes.cdr_key
where
    coalesce(causes.amount_excl_vat, 0) <> coalesce(
        case
            when reconciled.compared_difference is null then reconciled.claimed_excl_vat
            else reconciled.difference_excl_vat
        end, 0
    )
    or coalesce(causes.amount_incl_vat, 0) <> coalesce(
        case
            when reconciled.compared_difference is null then reconciled.claimed_incl_vat
            else reconciled.difference_incl_vat
        end, 0
    )
