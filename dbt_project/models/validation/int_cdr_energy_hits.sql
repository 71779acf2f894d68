-- A credit repeats the volumes of its original; they were judged there.
with cdrs as (

    select
        cdrs.*,
        coalesce(totals.reservation_time_h, 0) > 0 or coalesce(cdrs.reservation_cost_excl_vat, 0) <> 0 as has_reservation
    from {{ ref('fct_cdrs') }} as cdrs
    left join {{ ref('int_cdr_period_totals') }} as totals on cdrs.cdr_key = totals.cdr_key
    where not cdrs.is_credit

),

final as (

    -- R31
    select
        {{ hit_columns('cdr', 'energy_negative', number_text('total_energy_kwh'), "'0'") }}
    from cdrs
    where total_energy_kwh < 0

    union all

    -- R32
    select
        {{ hit_columns(
            'cdr', 'energy_unit_suspect',
            number_text('total_energy_kwh'), number_text(rule_parameter('energy_unit_suspect', 'most_energy_kwh'))
        ) }}
    from cdrs
    where total_energy_kwh > {{ rule_parameter('energy_unit_suspect', 'most_energy_kwh') }}

    union all

    -- R36
    select
        {{ hit_columns('cdr', 'zero_energy_billed', number_text('total_cost_excl_vat'), "'0'") }}
    from cdrs
    where total_energy_kwh = 0 and total_cost_excl_vat > 0 and not has_reservation

)

select * from final
