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

signed_lines as (

    {% for leg in ['wholesale', 'retail'] %}
    select
        billable.cdr_key,
        '{{ leg }}' as leg,
        lines.line_number,
        lines.component,
        lines.split_source,
        billable.sign * lines.quantity as quantity,
        lines.unit,
        billable.sign * lines.exact_net_amount as exact_net_amount,
        billable.sign * lines.net_amount as net_amount,
        lines.vat_percent,
        billable.sign * lines.vat_amount as vat_amount,
    from billable
    inner join {{ ref('int_' ~ leg ~ '_lines') }} as lines
        on billable.basis_cdr_key = lines.cdr_key

    union all

    {% endfor %}
    select
        cdr_key,
        'wholesale' as leg,
        8 as line_number,
        'credit_rest' as component,
        'claimed' as split_source,
        cast(-1 as decimal(18, 6)) as quantity,
        'session' as unit,
        credit_rest_excl_vat as exact_net_amount,
        credit_rest_excl_vat as net_amount,
        cast(null as decimal(18, 6)) as vat_percent,
        cast(0 as decimal(38, 12)) as vat_amount,
    from billable
    where credit_rest_excl_vat <> 0

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
    from signed_lines as lines
    inner join billable
        on lines.cdr_key = billable.cdr_key
    inner join cdrs
        on lines.cdr_key = cdrs.cdr_key
    inner join agreements
        on billable.agreement_id = agreements.agreement_id
        and billable.agreement_version = agreements.agreement_version
    left join prices
        on billable.basis_cdr_key = prices.cdr_key

)

select * from final
