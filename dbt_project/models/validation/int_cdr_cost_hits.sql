{%- set parts = ['fixed', 'energy', 'time', 'parking', 'reservation'] -%}
with cdrs as (

    select
        cdr_key,
        cdr_label,
        partner,
        ocpi_version,
        tariff_set_hash,
        is_credit,
        rule_scope_no,
        currency,
        total_cost_excl_vat,
        total_energy_kwh,
        {% for part in parts %}{{ ' + ' if not loop.first }}coalesce({{ part }}_cost_excl_vat, 0){% endfor %} as parts_excl_vat,
        {% for part in parts %}{{ ' + ' if not loop.first }}cast({{ part }}_cost_excl_vat is not null as integer){% endfor %} as part_count,
        -- What was paid for the energy, however long it took.
        total_cost_excl_vat - coalesce(time_cost_excl_vat, 0) - coalesce(parking_cost_excl_vat, 0)
        - coalesce(reservation_cost_excl_vat, 0) as energy_price_excl_vat
    from {{ ref('int_cdrs_judged') }}

),

limited_sets as (

    select * from {{ ref('int_limited_tariff_sets') }}

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
        part_count > 0
        and case
            -- Of a credit only the total is negated; senders that negate the parts too mean the same.
            when is_credit then abs(abs(parts_excl_vat) - abs(total_cost_excl_vat))
            else abs(parts_excl_vat - total_cost_excl_vat)
        end > part_count * settings.component_sum_mismatch__tolerance_per_part as is_sum_off,
        not is_credit and total_cost_excl_vat < 0 as is_negative,
        not is_credit
        and total_cost_excl_vat > bounds.most_per_session
        and (currency = 'EUR' or bounds.is_session_bound_partners) as is_session_dear,
        not is_credit
        and energy_price_excl_vat > bounds.most_per_kwh * greatest(total_energy_kwh, bounds.least_energy_kwh)
        and total_energy_kwh > 0
        and (currency = 'EUR' or bounds.is_kwh_bound_partners) as is_kwh_dear,
        bounds.most_per_session,
        bounds.most_per_kwh
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    inner join bounds on cdrs.rule_scope_no = bounds.rule_scope_no

),

suspects as (

    select * from checked
    where is_sum_off or is_negative or is_session_dear or is_kwh_dear

),

final as (

    -- R51
    select
        {{ hit_columns(
            'cdr', 'component_sum_mismatch', number_text('parts_excl_vat'), number_text('total_cost_excl_vat')
        ) }}
    from suspects
    left join limited_sets
        on
            suspects.ocpi_version = limited_sets.ocpi_version
            and suspects.tariff_set_hash = limited_sets.tariff_set_hash
    where is_sum_off and limited_sets.tariff_set_hash is null

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
    where is_negative or is_session_dear or is_kwh_dear

)

select * from final
