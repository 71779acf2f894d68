-- The claimed total of a CDR by component: as the CPO splits it, else as the tariff splits it, else not at all.
with billable as (

    select * from {{ ref('int_billable_cdrs') }}
    where sign = 1

),

cdrs as (

    select
        *,
        coalesce(fixed_cost_excl_vat, 0) + coalesce(energy_cost_excl_vat, 0) + coalesce(time_cost_excl_vat, 0)
        + coalesce(parking_cost_excl_vat, 0) + coalesce(reservation_cost_excl_vat, 0) as subtotals_excl_vat,
        case when fixed_cost_excl_vat is null then 0 else 1 end
        + case when energy_cost_excl_vat is null then 0 else 1 end
        + case when time_cost_excl_vat is null then 0 else 1 end
        + case when parking_cost_excl_vat is null then 0 else 1 end
        + case when reservation_cost_excl_vat is null then 0 else 1 end as part_count,
    from {{ ref('fct_cdrs') }}

),

prices as (

    select * from {{ ref('fct_cdr_prices') }}

),

sourced as (

    select
        cdrs.*,
        prices.energy_excl_vat,
        prices.time_excl_vat,
        prices.parking_excl_vat,
        prices.flat_excl_vat,
        prices.reservation_excl_vat,
        case
            when
                cdrs.part_count > 0
                and abs(cdrs.subtotals_excl_vat - cdrs.total_cost_excl_vat)
                <= {{ rule_parameter('component_sum_mismatch', 'tolerance_per_part') }} * cdrs.part_count then 'claimed'
            when prices.is_priced and prices.total_excl_vat is not null then 'priced'
            else 'none'
        end as split_source,
    from billable
    inner join cdrs
        on billable.cdr_key = cdrs.cdr_key
    left join prices
        on cdrs.cdr_key = prices.cdr_key

),

{% set components = {
    'energy': 'energy_cost_excl_vat',
    'time': 'time_cost_excl_vat',
    'parking': 'parking_cost_excl_vat',
    'flat': 'fixed_cost_excl_vat',
    'reservation': 'reservation_cost_excl_vat',
} -%}
final as (

    select
        cdr_key,
        split_source,
        cast(total_cost_excl_vat as decimal(38, 12)) as total_excl_vat,
        cast(total_cost_incl_vat - total_cost_excl_vat as decimal(38, 12)) as total_vat,
        total_energy_kwh as energy_kwh,
        cast(total_time_h - coalesce(total_parking_time_h, 0) as decimal(18, 6)) as charging_time_h,
        total_parking_time_h as parking_time_h,
    {% for component, claimed in components.items() %}
    cast(
        case split_source
            when 'claimed' then coalesce({{ claimed }}, 0)
            when 'priced' then coalesce({{ component }}_excl_vat, 0)
            else 0
        end as decimal(38, 12)
    ) as {{ component }}_excl_vat,
    {% endfor %}
    from sourced

)

select * from final
