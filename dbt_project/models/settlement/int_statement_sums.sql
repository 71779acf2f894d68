with lines as (

    select * from {{ ref('fct_billing_lines') }}

),

-- Each line once under its component and once under the total of its tax rate.
spread as (

    select
        *,
        line_number as statement_line_number,
        component as statement_component,
    from lines

    union all

    select
        *,
        99 as statement_line_number,
        'statement_total' as statement_component,
    from lines

),

final as (

    select
        partner,
        billing_month,
        leg,
        currency,
        vat_percent,
        statement_component as component,
        min(statement_line_number) as line_number,
        count(distinct case when not is_credit then cdr_key end) as cdr_count,
        count(distinct case when is_credit then cdr_key end) as credit_cdr_count,
        coalesce(sum(case when unit = 'kWh' then quantity end), 0) as energy_kwh,
        sum(net_amount) as net_amount,
        sum(vat_amount) as vat_amount,
    from spread
    group by partner, billing_month, leg, currency, vat_percent, statement_component

)

select * from final
