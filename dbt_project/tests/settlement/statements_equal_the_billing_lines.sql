-- Per partner, month, leg and currency: components, totals and billing lines come to the same money.
with statements as (

    select
        partner,
        billing_month,
        leg,
        currency,
        sum(case when component = 'statement_total' then net_amount else 0 end) as total_net,
        sum(case when component = 'statement_total' then 0 else net_amount end) as component_net,
        sum(case when component = 'statement_total' then coalesce(vat_amount, 0) else 0 end) as total_vat,
        sum(case when component = 'statement_total' then energy_kwh else 0 end) as energy_kwh,
    from {{ ref('fct_statement_lines') }}
    group by partner, billing_month, leg, currency

),

lines as (

    select
        partner,
        billing_month,
        leg,
        currency,
        sum(net_amount) as net,
        sum(coalesce(vat_amount, 0)) as vat,
        sum(case when unit = 'kWh' then coalesce(quantity, 0) else 0 end) as energy_kwh,
    from {{ ref('fct_billing_lines') }}
    group by partner, billing_month, leg, currency

)

select
    lines.partner,
    lines.billing_month,
    lines.leg,
    lines.currency,
from lines
full outer join statements
    on
        lines.partner = statements.partner
        and lines.billing_month = statements.billing_month
        and lines.leg = statements.leg
        and lines.currency = statements.currency
where
    lines.partner is null
    or statements.partner is null
    or lines.net <> statements.total_net
    or lines.net <> statements.component_net
    or lines.vat <> statements.total_vat
    or lines.energy_kwh <> statements.energy_kwh
