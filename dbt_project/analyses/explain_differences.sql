-- Why claim and tariff differ, as reconciliation found; only the warehouse has it.
with differences as (

    select * from {{ ref('fct_cost_differences') }}
    where cdr_key = getvariable('cdr_key')

),

codes as (

    select * from {{ ref('codes') }}

),

final as (

    select
        differences.cause_code,
        differences.amount_excl_vat,
        differences.amount_incl_vat,
        codes.title,
        codes.explanation
    from differences
    inner join codes
        on differences.cause_code = codes.code

)

select * from final
order by abs(amount_excl_vat) desc, cause_code asc
