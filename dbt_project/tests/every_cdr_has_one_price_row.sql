-- Pricing neither loses nor doubles a CDR, and says why it priced none.
with cdrs as (

    select cdr_key from {{ ref('fct_cdrs') }}

),

prices as (

    select * from {{ ref('fct_cdr_prices') }}

)

select
    cdrs.cdr_key,
    prices.not_priced_code
from cdrs
full join prices
    on cdrs.cdr_key = prices.cdr_key
where
    cdrs.cdr_key is null
    or prices.cdr_key is null
    or prices.is_priced = (prices.not_priced_code is not null)
