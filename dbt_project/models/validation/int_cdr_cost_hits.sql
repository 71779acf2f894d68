with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

-- A minimum or maximum price moves the total and not its parts (mod_cdrs, total_cost), so nothing follows from them.
limited_sets as (

    select distinct
        tariff_sets.ocpi_version,
        tariff_sets.tariff_set_hash
    from {{ ref('int_cdr_tariff_sets') }} as tariff_sets
    inner join {{ ref('int_tariff_bodies') }} as bodies on tariff_sets.tariff_hash = bodies.tariff_hash
    where
        coalesce(bodies.min_price_excl_vat, bodies.min_price_incl_vat) is not null
        or coalesce(bodies.max_price_excl_vat, bodies.max_price_incl_vat) is not null

),

-- Of a credit only the total is negated; senders that negate the parts too mean the same.
summed as (

    select
        cdrs.*,
        coalesce(cdrs.fixed_cost_excl_vat, 0) + coalesce(cdrs.energy_cost_excl_vat, 0) + coalesce(cdrs.time_cost_excl_vat, 0)
        + coalesce(cdrs.parking_cost_excl_vat, 0) + coalesce(cdrs.reservation_cost_excl_vat, 0) as parts_excl_vat,
        cast(cdrs.fixed_cost_excl_vat is not null as integer) + cast(cdrs.energy_cost_excl_vat is not null as integer)
        + cast(cdrs.time_cost_excl_vat is not null as integer) + cast(cdrs.parking_cost_excl_vat is not null as integer)
        + cast(cdrs.reservation_cost_excl_vat is not null as integer) as part_count
    from cdrs
    left join limited_sets
        on
            cdrs.ocpi_version = limited_sets.ocpi_version
            and cdrs.tariff_set_hash = limited_sets.tariff_set_hash
    where limited_sets.tariff_set_hash is null

),

final as (

    -- R51
    select
        {{ hit_columns(
            'cdr', 'component_sum_mismatch', number_text('parts_excl_vat'), number_text('total_cost_excl_vat')
        ) }}
    from summed
    where
        part_count > 0
        and case
            when is_credit then abs(abs(parts_excl_vat) - abs(total_cost_excl_vat))
            else abs(parts_excl_vat - total_cost_excl_vat)
        end > part_count * {{ rule_parameter('component_sum_mismatch', 'tolerance_per_part') }}

)

select * from final
