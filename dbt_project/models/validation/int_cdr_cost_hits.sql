with cdrs as (

    select * from {{ ref('int_cdr_cost_sums') }}

),

tariff_sets as (

    select * from {{ ref('int_tariff_set_traits') }}

),

settings as (

    {{ rule_settings([['component_sum_mismatch', 'tolerance_per_part']]) }}

),

bounds as (

    select * from {{ ref('int_cost_bounds') }}

),

-- One look at each CDR for all of it; few come through.
checked as (

    select
        cdrs.*,
        bounds.most_per_session,
        bounds.most_per_kwh,
        cdrs.part_count > 0
        and case
            -- Of a credit only the total is negated; senders that negate the parts too mean the same.
            when cdrs.is_credit then abs(abs(cdrs.parts_excl_vat) - abs(cdrs.total_cost_excl_vat))
            else abs(cdrs.parts_excl_vat - cdrs.total_cost_excl_vat)
        end > cdrs.part_count * settings.component_sum_mismatch__tolerance_per_part as is_sum_off,
        not cdrs.is_credit and cdrs.total_cost_excl_vat < 0 as is_negative,
        not cdrs.is_credit
        and cdrs.total_cost_excl_vat > bounds.most_per_session
        and (cdrs.currency = 'EUR' or bounds.is_session_bound_partners) as is_session_dear,
        not cdrs.is_credit
        and cdrs.total_energy_kwh > 0
        and cdrs.energy_price_excl_vat
        > cast(bounds.most_per_kwh as decimal(38, 6)) * greatest(cdrs.total_energy_kwh, bounds.least_energy_kwh)
        and (cdrs.currency = 'EUR' or bounds.is_kwh_bound_partners) as is_kwh_dear
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    inner join bounds on cdrs.rule_scope_no = bounds.rule_scope_no

),

-- Without subtotals nobody knows what was paid for time.
suspects as (

    select
        checked.* exclude (checked.is_sum_off, checked.is_kwh_dear),
        checked.is_sum_off and not coalesce(tariff_sets.has_limit, false) as is_sum_off,
        checked.is_negative
        or checked.is_session_dear
        or (checked.is_kwh_dear and not (checked.part_count = 0 and coalesce(tariff_sets.has_time_price, false)))
            as is_out_of_range
    from checked
    left join tariff_sets
        on
            checked.ocpi_version = tariff_sets.ocpi_version
            and checked.tariff_set_hash = tariff_sets.tariff_set_hash
    where checked.is_sum_off or checked.is_negative or checked.is_session_dear or checked.is_kwh_dear

),

final as (

    -- R51
    select
        {{ hit_columns(
            'cdr', 'component_sum_mismatch', number_text('parts_excl_vat'), number_text('total_cost_excl_vat')
        ) }}
    from suspects
    where is_sum_off

    union all

    -- R52
    select
        {{ hit_columns(
            'cdr', 'cost_out_of_range',
            "concat(" ~ number_text('total_cost_excl_vat') ~ ", ' ', currency, ', ', " ~ number_text('total_energy_kwh') ~ ", ' kWh')",
            "case when is_negative then '0' when is_session_dear then " ~ number_text('most_per_session')
            ~ " else concat(" ~ number_text('most_per_kwh') ~ ", ' a kWh') end"
        ) }}
    from suspects
    where is_out_of_range

)

select * from final
