-- Where a partner's policy rounds each line, the rounded total is the sum of rounded lines; unknown where a line is.
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
        cdrs.cdr_no,
    {%- for tax in ['excl_vat', 'incl_vat'] %}
    case
        when count(*) = count(lines.cost_{{ tax }})
            then cast(sum(
                {{ round_by_mode('lines.cost_' ~ tax, 'currencies.minor_unit', 'policies.rounding_mode') }}
                ) as decimal(38, 12))
    end as total_{{ tax }}_rounded{{ ',' if not loop.last }}
    {%- endfor %}
    from lines
    inner join cdrs
        on lines.cdr_key = cdrs.cdr_key
    inner join policies
        on cdrs.partner = policies.partner
    left join currencies
        on cdrs.currency = currencies.currency
    group by cdrs.cdr_no

)

select * from final
