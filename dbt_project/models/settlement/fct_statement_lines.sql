with summed as (

    select * from {{ ref('int_statement_sums') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

-- A document rounds its net once and takes tax once per rate (EN 16931); without a rate the claimed tax stands.
documented as (

    select
        summed.*,
        {{ round_to_minor_unit('summed.net_amount', 'currencies.minor_unit') }} as document_net_amount,
        {{ round_to_minor_unit(
            'coalesce(' ~ percent_of('summed.net_amount', 'summed.vat_percent') ~ ', summed.vat_amount)',
            'currencies.minor_unit'
        ) }} as document_vat_amount,
    from summed
    left join currencies
        on summed.currency = currencies.currency

),

final as (

    select
        md5(concat_ws(
            '|',
            partner,
            cast(billing_month as varchar),
            leg,
            currency,
            coalesce(cast(vat_percent as varchar), 'none'),
            component
        )) as statement_line_key,
        partner,
        billing_month,
        leg,
        currency,
        vat_percent,
        cast(line_number as integer) as line_number,
        component,
        cast(cdr_count as bigint) as cdr_count,
        cast(credit_cdr_count as bigint) as credit_cdr_count,
        cast(energy_kwh as decimal(38, 6)) as energy_kwh,
        cast(net_amount as decimal(38, 12)) as net_amount,
        cast(vat_amount as decimal(38, 12)) as vat_amount,
        cast(net_amount + vat_amount as decimal(38, 12)) as gross_amount,
        case when component = 'statement_total' then document_net_amount end as document_net_amount,
        case when component = 'statement_total' then document_vat_amount end as document_vat_amount,
        case
            when component = 'statement_total' then cast(document_net_amount + document_vat_amount as decimal(38, 12))
        end as document_gross_amount,
    from documented

)

select * from final
