-- R55
with cdrs as (

    select * from {{ ref('int_cdr_tax_parts') }}

),

limited_sets as (

    select * from {{ ref('int_limited_tariff_sets') }}

),

settings as (

    {{ rule_settings([['tax_arithmetic', 'tolerance_per_part'], ['component_sum_mismatch', 'tolerance_per_part']]) }}

),

-- The tax of the parts can only be added up where each names it and the parts themselves add up.
summed as (

    select
        cdrs.* exclude (parts_vat),
        settings.tax_arithmetic__tolerance_per_part as tolerance,
        case
            when
                cdrs.part_count > 0
                and cdrs.taxed_part_count = cdrs.part_count
                and limited_sets.tariff_set_hash is null
                and abs(abs(cdrs.parts_excl_vat) - abs(cdrs.total_cost_excl_vat))
                <= cdrs.part_count * settings.component_sum_mismatch__tolerance_per_part
                then cdrs.parts_vat
        end as parts_vat
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    left join limited_sets
        on
            cdrs.ocpi_version = limited_sets.ocpi_version
            and cdrs.tariff_set_hash = limited_sets.tariff_set_hash

),

judged as (

    select
        cdr_key,
        cdr_label,
        partner,
        tolerance,
        {{ names_where(tax_checks('tolerance')) }} as faults
    from summed

),

final as (

    select
        {{ hit_columns('cdr', 'tax_arithmetic', 'faults', number_text('tolerance')) }}
    from judged
    where faults is not null

)

select * from final
