-- The tax rate of a component under a partner's policies; null where it is not known.
with components as (

    select * from {{ ref('int_price_components') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

final as (

    select
        components.component_no,
        policies.policy_no,
        components.price,
        components.tax_treatment,
        case
            when components.tax_treatment = 'unknown' then null
            when components.tax_treatment = 'none' then cast(0 as decimal(18, 6))
            when components.vat_percent is not null then components.vat_percent
            -- Whatever the rate is, tax on nothing is nothing.
            when components.price = 0 then cast(0 as decimal(18, 6))
            when components.vat_absent_policy = 'vat_absent_230' and policies.vat_absent_230 = 'unknown' then null
            when components.vat_absent_policy = 'vat_absent_221' and policies.vat_absent_221 = 'unknown' then null
            else cast(0 as decimal(18, 6))
        end as tax_percent
    from components
    cross join policies

)

select * from final
