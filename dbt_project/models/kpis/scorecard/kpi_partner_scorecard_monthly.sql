-- A rule that was ever broken has a row in every month in which objects came, so that a month without it shows.
with received as (

    select * from {{ ref('int_objects_received') }}

),

faults as (

    select * from {{ ref('int_rule_faults') }}

),

broken_rules as (

    select distinct
        object_type,
        rule_code,
        partner,
        currency
    from faults

),

placed as (

    select
        received.*,
        broken_rules.rule_code,
        coalesce(faults.object_count, 0) as object_count,
        coalesce(faults.stopped_count, 0) as stopped_count,
        faults.claimed_excl_vat,
        faults.money_at_stake_excl_vat
    from broken_rules
    inner join received
        on
            broken_rules.object_type = received.object_type
            and broken_rules.partner = received.partner
            and broken_rules.currency is not distinct from received.currency
    left join faults
        on
            broken_rules.object_type = faults.object_type
            and broken_rules.rule_code = faults.rule_code
            and broken_rules.partner = faults.partner
            and broken_rules.currency is not distinct from faults.currency
            and received.receipt_month = faults.receipt_month

),

rated as (

    select
        *,
        cast(cast(object_count as double) / received_count as decimal(18, 6)) as rate
    from placed

),

compared as (

    select
        *,
        case
            when lag(receipt_month) over months = {{ month_of('receipt_month - interval 1 month') }}
                then lag(rate) over months
        end as previous_rate
    from rated
    window months as (partition by object_type, rule_code, partner, currency order by receipt_month)

),

final as (

    select
        md5(concat_ws(
            '|', partner, object_type, rule_code, cast(receipt_month as varchar), coalesce(currency, '')
        )) as kpi_key,
        receipt_month,
        partner,
        module,
        object_type,
        rule_code,
        currency,
        received_count,
        object_count,
        stopped_count,
        rate,
        previous_rate,
        cast(rate - previous_rate as decimal(18, 6)) as rate_change,
        {% for money in ['claimed_excl_vat', 'money_at_stake_excl_vat'] %}
        cast(case when currency is not null then coalesce({{ money }}, 0) end as decimal(38, 12)) as {{ money }},
        {% endfor %}
    from compared

)

select * from final
