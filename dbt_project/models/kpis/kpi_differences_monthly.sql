with differences as (

    select
        billing_month as kpi_month,
        partner,
        coalesce(currency, 'XXX') as currency,
        cause_code,
        amount_excl_vat,
        amount_incl_vat,
    from {{ ref('fct_cost_differences') }}

),

with_all as (

    select * from differences

    union all

    select
        kpi_month,
        'all' as partner,
        currency,
        cause_code,
        amount_excl_vat,
        amount_incl_vat,
    from differences

),

final as (

    select
        md5(concat_ws('|', partner, cast(kpi_month as varchar), currency, cause_code)) as kpi_key,
        kpi_month,
        partner,
        currency,
        cause_code,
        count(*) as cdr_count,
        cast(coalesce(sum(amount_excl_vat), 0) as decimal(38, 12)) as amount_excl_vat,
        cast(coalesce(sum(abs(amount_excl_vat)), 0) as decimal(38, 12)) as absolute_excl_vat,
        cast(sum(amount_incl_vat) as decimal(38, 12)) as amount_incl_vat,
    from with_all
    group by partner, kpi_month, currency, cause_code

)

select * from final
