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

leg_lines as (

    select
        'wholesale' as leg,
        *,
    from {{ ref('int_wholesale_lines') }}

    union all

    select
        'retail' as leg,
        *,
    from {{ ref('int_retail_lines') }}

),

final as (

    select
        md5(billable.cdr_key || '|' || leg_lines.leg || '|' || leg_lines.component) as line_key,
        billable.cdr_key,
        cdrs.cdr_label,
        billable.basis_cdr_key,
        cdrs.cdr_version_hash,
        prices.price_hash,
        cdrs.partner,
        leg_lines.leg,
        cast(leg_lines.line_number as integer) as line_number,
        leg_lines.component,
        leg_lines.split_source,
        billable.agreement_id,
        cast(billable.agreement_version as integer) as agreement_version,
        agreements.commercial_model,
        agreements.rounding_mode,
        agreements.rounding_level,
        cdrs.session_date,
        cdrs.billing_month,
        cdrs.currency,
        billable.sign = -1 as is_credit,
        cast(billable.sign * leg_lines.quantity as decimal(18, 6)) as quantity,
        leg_lines.unit,
        cast(billable.sign * leg_lines.exact_net_amount as decimal(38, 12)) as exact_net_amount,
        cast(billable.sign * leg_lines.net_amount as decimal(38, 12)) as net_amount,
        cast(leg_lines.vat_percent as decimal(18, 6)) as vat_percent,
        cast(billable.sign * leg_lines.vat_amount as decimal(38, 12)) as vat_amount,
        cast(billable.sign * (leg_lines.net_amount + leg_lines.vat_amount) as decimal(38, 12)) as gross_amount,
    from billable
    inner join leg_lines
        on billable.basis_cdr_key = leg_lines.cdr_key
    inner join cdrs
        on billable.cdr_key = cdrs.cdr_key
    inner join agreements
        on billable.agreement_id = agreements.agreement_id
        and billable.agreement_version = agreements.agreement_version
    left join prices
        on billable.basis_cdr_key = prices.cdr_key

)

select * from final
