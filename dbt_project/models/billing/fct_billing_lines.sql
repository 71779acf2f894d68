with billable as (

    select * from {{ ref('int_billable_cdrs') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

prices as (

    select * from {{ ref('fct_cdr_prices') }}

),

agreements as (

    select * from {{ ref('stg_config__agreements') }}

),

lines as (

    select * from {{ ref('int_signed_lines') }}

),

final as (

    select
        md5(concat_ws('|', lines.cdr_key, lines.leg, lines.component)) as line_key,
        lines.cdr_key,
        cdrs.cdr_label,
        billable.basis_cdr_key,
        cdrs.cdr_version_hash,
        prices.price_hash,
        cdrs.partner,
        lines.leg,
        cast(lines.line_number as integer) as line_number,
        lines.component,
        lines.split_source,
        billable.agreement_id,
        cast(billable.agreement_version as integer) as agreement_version,
        agreements.commercial_model,
        agreements.rounding_mode,
        agreements.rounding_level,
        cdrs.session_date,
        cdrs.billing_month,
        cdrs.currency,
        billable.sign = -1 as is_credit,
        cast(lines.quantity as decimal(18, 6)) as quantity,
        lines.unit,
        cast(lines.exact_net_amount as decimal(38, 12)) as exact_net_amount,
        cast(lines.net_amount as decimal(38, 12)) as net_amount,
        cast(lines.vat_percent as decimal(18, 6)) as vat_percent,
        cast(lines.vat_amount as decimal(38, 12)) as vat_amount,
        cast(lines.net_amount + lines.vat_amount as decimal(38, 12)) as gross_amount,
    from lines
    inner join billable
        on lines.cdr_key = billable.cdr_key
    inner join cdrs
        on lines.cdr_key = cdrs.cdr_key
    inner join agreements
        on
            billable.agreement_id = agreements.agreement_id
            and billable.agreement_version = agreements.agreement_version
    left join prices
        on billable.basis_cdr_key = prices.cdr_key

)

select * from final
