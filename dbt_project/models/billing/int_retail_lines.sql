-- Each component is rounded by the agreement's mode; tax is rounded once per CDR and spread so that lines add up to it.
with components as (

    select * from {{ ref('int_retail_components') }}

),

billable as (

    select * from {{ ref('int_billable_cdrs') }}
    where sign = 1

),

agreements as (

    select * from {{ ref('stg_config__agreements') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

rounded as (

    select
        components.*,
        coalesce(currencies.minor_unit, 2) as minor_unit,
        agreements.rounding_mode,
        agreements.retail_vat_percent as vat_percent,
        {{ round_by_mode(
            'components.exact_net_amount', 'coalesce(currencies.minor_unit, 2)', 'agreements.rounding_mode'
        ) }} as net_amount,
    from components
    inner join billable
        on components.cdr_key = billable.cdr_key
    inner join agreements
        on
            billable.agreement_id = agreements.agreement_id
            and billable.agreement_version = agreements.agreement_version
    left join currencies
        on agreements.currency = currencies.currency

),

accumulated as (

    select
        *,
        cast(
            sum(net_amount) over (
                partition by cdr_key order by component_order rows between unbounded preceding and current row
            ) as decimal(38, 12)
        ) as net_so_far,
    from rounded

),

taxed as (

    select
        *,
        {{ round_by_mode(percent_of('net_so_far', 'vat_percent'), 'minor_unit', 'rounding_mode') }} as vat_so_far,
    from accumulated

),

final as (

    select
        cdr_key,
        component_order as line_number,
        component,
        split_source,
        quantity,
        unit,
        exact_net_amount,
        net_amount,
        vat_percent,
        cast(
            vat_so_far - coalesce(lag(vat_so_far) over (partition by cdr_key order by component_order), 0)
            as decimal(38, 12)
        ) as vat_amount,
    from taxed

)

select * from final
