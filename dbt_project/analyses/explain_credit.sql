-- The original of a credit CDR, as far as we have it.
with credits as (

    select * from {{ ref('int_cdr_credits') }}
    where cdr_key = getvariable('cdr_key')

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

final as (

    select
        credits.credit_number,
        originals.cdr_label,
        originals.started_local_at,
        originals.ended_local_at,
        originals.time_zone,
        originals.currency,
        originals.total_energy_kwh,
        originals.total_cost_excl_vat as claimed_excl_vat,
        originals.total_cost_incl_vat as claimed_incl_vat
    from credits
    inner join cdrs as originals
        on credits.original_cdr_key = originals.cdr_key

)

select * from final
