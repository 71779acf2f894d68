-- The wholesale leg is the accepted claim to the last decimal. The energy is that of the CDR; a credit takes back the
-- energy of its original, whatever it says itself.
select
    billed.cdr_key,
    billed.wholesale_net_amount,
    cdrs.total_cost_excl_vat,
    billed.energy_kwh,
    originals.total_energy_kwh,
from {{ ref('fct_billed_cdrs') }} as billed
inner join {{ ref('fct_cdrs') }} as cdrs
    on billed.cdr_key = cdrs.cdr_key
inner join {{ ref('fct_cdrs') }} as originals
    on billed.basis_cdr_key = originals.cdr_key
where
    billed.wholesale_net_amount <> cdrs.total_cost_excl_vat
    or coalesce(billed.energy_kwh, 0)
    <> case when billed.is_credit then -1 else 1 end * coalesce(originals.total_energy_kwh, 0)
