with lines as (

    select * from {{ ref('fct_billing_lines') }}

),

summed as (

    select
        cdr_key,
        max(cdr_label) as cdr_label,
        max(basis_cdr_key) as basis_cdr_key,
        max(partner) as partner,
        max(agreement_id) as agreement_id,
        max(agreement_version) as agreement_version,
        max(session_date) as session_date,
        max(billing_month) as billing_month,
        max(currency) as currency,
        max(case when is_credit then 1 else 0 end) = 1 as is_credit,
        sum(case when leg = 'wholesale' and unit = 'kWh' then quantity end) as energy_kwh,
        sum(case when leg = 'wholesale' then net_amount end) as wholesale_net_amount,
        sum(case when leg = 'wholesale' then vat_amount end) as wholesale_vat_amount,
        sum(case when leg = 'retail' then net_amount end) as retail_net_amount,
        sum(case when leg = 'retail' then vat_amount end) as retail_vat_amount,
        sum(case when leg = 'retail' then gross_amount end) as retail_gross_amount,
    from lines
    group by cdr_key

),

final as (

    select
        cdr_key,
        cdr_label,
        basis_cdr_key,
        partner,
        agreement_id,
        agreement_version,
        session_date,
        billing_month,
        currency,
        is_credit,
        cast(energy_kwh as decimal(18, 6)) as energy_kwh,
        cast(wholesale_net_amount as decimal(38, 12)) as wholesale_net_amount,
        cast(wholesale_vat_amount as decimal(38, 12)) as wholesale_vat_amount,
        cast(retail_net_amount as decimal(38, 12)) as retail_net_amount,
        cast(retail_vat_amount as decimal(38, 12)) as retail_vat_amount,
        cast(retail_gross_amount as decimal(38, 12)) as retail_gross_amount,
        cast(retail_net_amount - wholesale_net_amount as decimal(38, 12)) as margin_amount,
    from summed

)

select * from final
