-- Where a partner's policy rounds each line, the rounded total is the sum of rounded lines.
with lines as (

    select * from {{ ref('fct_cdr_price_lines') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}
    where rounding_level = 'component'

),

currencies as (

    select * from {{ ref('currencies') }}

),

final as (

    select
        lines.cdr_key,
        cast(sum(
            {{ round_by_mode('lines.cost_excl_vat', 'currencies.minor_unit', 'policies.rounding_mode') }}
        ) as decimal(38, 12)) as total_excl_vat_rounded,
        cast(sum(
            {{ round_by_mode('lines.cost_incl_vat', 'currencies.minor_unit', 'policies.rounding_mode') }}
        ) as decimal(38, 12)) as total_incl_vat_rounded
    from lines
    inner join cdrs
        on lines.cdr_key = cdrs.cdr_key
    inner join policies
        on cdrs.partner = policies.partner
    left join currencies
        on cdrs.currency = currencies.currency
    group by lines.cdr_key

)

select * from final
