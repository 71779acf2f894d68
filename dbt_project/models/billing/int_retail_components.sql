-- M1, wholesale plus mark-up: w * (1 + percent) + amount per kWh * kWh, and a fee per session.
with components as (

    select * from {{ ref('int_wholesale_components') }}

),

billable as (

    select * from {{ ref('int_billable_cdrs') }}
    where sign = 1

),

agreements as (

    select * from {{ ref('stg_config__agreements') }}

),

final as (

    select
        components.cdr_key,
        components.component_order,
        components.component,
        components.split_source,
        components.quantity,
        components.unit,
        cast(
            components.cost_excl_vat
            + {{ percent_of(
                'components.cost_excl_vat',
                "case components.component
                    when 'energy' then agreements.energy_percent
                    when 'time' then agreements.time_percent
                    when 'parking' then agreements.parking_percent
                    when 'flat' then agreements.flat_percent
                    else 0
                end"
            ) }}
            + case
                when components.component = 'energy'
                    then {{ money_product('agreements.energy_per_kwh', 'coalesce(components.quantity, 0)') }}
                else 0
            end
            as decimal(38, 12)
        ) as exact_net_amount,
    from components
    inner join billable
        on components.cdr_key = billable.cdr_key
    inner join agreements
        on
            billable.agreement_id = agreements.agreement_id
            and billable.agreement_version = agreements.agreement_version

    union all

    select
        billable.cdr_key,
        7 as component_order,
        'session_fee' as component,
        'agreement' as split_source,
        cast(1 as decimal(18, 6)) as quantity,
        'session' as unit,
        cast(agreements.session_fee as decimal(38, 12)) as exact_net_amount,
    from billable
    inner join agreements
        on
            billable.agreement_id = agreements.agreement_id
            and billable.agreement_version = agreements.agreement_version
    where agreements.session_fee <> 0

)

select * from final
