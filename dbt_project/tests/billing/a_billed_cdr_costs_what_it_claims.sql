-- The wholesale leg is the accepted claim to the last decimal, and the energy of the CDR goes with it.
select
    billed.cdr_key,
    billed.wholesale_net_amount,
    cdrs.total_cost_excl_vat,
    billed.energy_kwh,
    cdrs.total_energy_kwh,
from {{ ref('fct_billed_cdrs') }} as billed
inner join {{ ref('fct_cdrs') }} as cdrs
    on billed.cdr_key = cdrs.cdr_key
where
    billed.wholesale_net_amount <> cdrs.total_cost_excl_vat
    or abs(billed.energy_kwh) <> coalesce(cdrs.total_energy_kwh, 0)
    or (billed.energy_kwh > 0 and billed.is_credit)
