-- Sums of the lines before min_price and max_price; null where one line's amount is not known.
with costs as (

    select * from {{ ref('int_volume_costs') }}

),

priced_periods as (

    select
        cdr_key,
        scenario,
        min_by(tariff_hash, period_index) as first_tariff_hash
    from {{ ref('int_period_tariffs') }}
    group by cdr_key, scenario

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

summed as (

    select
        priced_periods.cdr_key,
        priced_periods.scenario,
        priced_periods.first_tariff_hash,
        case
            when count(costs.cdr_key) = count(costs.cost_excl_vat)
                then coalesce(cast(sum(costs.cost_excl_vat) as decimal(38, 12)), 0)
        end as volume_excl_vat,
        case
            when count(costs.cdr_key) = count(costs.cost_incl_vat)
                then coalesce(cast(sum(costs.cost_incl_vat) as decimal(38, 12)), 0)
        end as volume_incl_vat,
        -- The rate for a limit on a session that costs nothing: that of its first line, fees before volumes.
        min_by(
            case when costs.tax_treatment = 'none' then 0 else coalesce(costs.vat_percent, 0) end,
            10 * costs.period_index + case costs.line_dimension
                when 'RESERVATION_FLAT' then 1
                when 'FLAT' then 2
                when 'RESERVATION_TIME' then 3
                when 'ENERGY' then 4
                when 'TIME' then 5
                else 6
            end
        ) as first_vat_percent
    from priced_periods
    left join costs
        on
            priced_periods.cdr_key = costs.cdr_key
            and priced_periods.scenario = costs.scenario
    group by priced_periods.cdr_key, priced_periods.scenario, priced_periods.first_tariff_hash

),

final as (

    select
        summed.cdr_key,
        summed.scenario,
        summed.first_tariff_hash,
        summed.volume_excl_vat,
        -- 2.1.1 says nothing of tax, not even about a session that costs nothing.
        case when bodies.tax_treatment <> 'unknown' then summed.volume_incl_vat end as volume_incl_vat,
        coalesce(summed.first_vat_percent, 0) as first_vat_percent,
        bodies.tariff_id,
        bodies.currency,
        bodies.min_price_excl_vat,
        bodies.min_price_incl_vat,
        bodies.max_price_excl_vat,
        bodies.max_price_incl_vat
    from summed
    inner join bodies
        on summed.first_tariff_hash = bodies.tariff_hash

)

select * from final
