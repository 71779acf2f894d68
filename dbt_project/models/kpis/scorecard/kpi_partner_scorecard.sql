with received as (

    select
        module,
        partner,
        currency,
        receipt_month,
        cast(sum(received_count) as bigint) as received_count
    from {{ ref('int_objects_received') }}
    group by module, partner, currency, receipt_month

),

faults as (

    select
        module,
        partner,
        currency,
        receipt_month,
        count(*) as faulty_count,
        count(*) filter (where is_stopped) as stopped_count,
        sum(claimed_excl_vat) as faulty_claimed_excl_vat,
        sum(claimed_excl_vat) filter (where is_stopped) as stopped_claimed_excl_vat
    from {{ ref('int_faulty_objects') }}
    group by module, partner, currency, receipt_month

),

rated as (

    select
        received.*,
        coalesce(faults.faulty_count, 0) as faulty_count,
        coalesce(faults.stopped_count, 0) as stopped_count,
        received.received_count - coalesce(faults.faulty_count, 0) as clean_count,
        faults.faulty_claimed_excl_vat,
        faults.stopped_claimed_excl_vat
    from received
    left join faults
        on
            received.module = faults.module
            and received.partner = faults.partner
            and received.currency is not distinct from faults.currency
            and received.receipt_month = faults.receipt_month

),

compared as (

    select
        *,
        cast(cast(clean_count as double) / received_count as decimal(18, 6)) as clean_rate,
        lag(receipt_month) over months as previous_month,
        cast(lag(cast(clean_count as double) / received_count) over months as decimal(18, 6)) as previous_clean_rate
    from rated
    window months as (partition by module, partner, currency order by receipt_month)

),

final as (

    select
        md5(concat_ws('|', partner, module, cast(receipt_month as varchar), coalesce(currency, ''))) as kpi_key,
        receipt_month,
        partner,
        module,
        currency,
        received_count,
        faulty_count,
        stopped_count,
        clean_rate,
        {{ wilson_bound('clean_count', 'received_count', rule_parameter('kpi', 'wilson_z'), -1) }} as wilson_low,
        {{ wilson_bound('clean_count', 'received_count', rule_parameter('kpi', 'wilson_z'), 1) }} as wilson_high,
        case
            when previous_month = {{ month_of('receipt_month - interval 1 month') }} then previous_clean_rate
        end as previous_clean_rate,
        {% for money in ['faulty_claimed_excl_vat', 'stopped_claimed_excl_vat'] %}
        cast(case when currency is not null then coalesce({{ money }}, 0) end as decimal(38, 12)) as {{ money }},
        {% endfor %}
    from compared

)

select * from final
