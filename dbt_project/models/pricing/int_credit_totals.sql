-- A credit CDR takes back what its original claimed; neither is taken from a tariff (OCPI mod_cdrs, Credit CDRs).
with credits as (

    select
        cdrs.cdr_no,
        credits.original_cdr_key
    from {{ ref('int_cdr_credits') }} as credits
    inner join {{ ref('fct_cdrs') }} as cdrs
        on credits.cdr_key = cdrs.cdr_key

),

originals as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit

),

final as (

    select
        credits.cdr_no,
        -originals.total_cost_excl_vat as total_excl_vat,
        -originals.total_cost_incl_vat as total_incl_vat
    from credits
    inner join originals
        on credits.original_cdr_key = originals.cdr_key

)

select * from final
