-- Every cent of an expected total stands on a line.
with lines as (

    select
        cdr_key,
        sum(cost_excl_vat) as lines_excl_vat,
        sum(cost_incl_vat) as lines_incl_vat
    from {{ ref('fct_cdr_price_lines') }}
    group by cdr_key

),

prices as (

    select * from {{ ref('fct_cdr_prices') }}
    where is_priced

)

select
    prices.cdr_key,
    prices.total_excl_vat,
    lines.lines_excl_vat,
    prices.total_incl_vat,
    lines.lines_incl_vat
from prices
left join lines
    on prices.cdr_key = lines.cdr_key
where
    coalesce(lines.lines_excl_vat, 0) <> prices.total_excl_vat
    or coalesce(lines.lines_incl_vat, 0) <> prices.total_incl_vat
