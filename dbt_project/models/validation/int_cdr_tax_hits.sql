-- R55. Each amount may have been rounded, and the parts moved until they add up to the total.
with cost_hits as (

    select object_key from {{ ref('int_cdr_cost_hits') }}
    where rule_code = 'component_sum_mismatch'

),

-- The tax of amounts that do not add up cannot do so either.
cdrs as (

    select * from {{ ref('int_cdr_tax_parts') }}
    where cdr_key not in (select cost_hits.object_key from cost_hits)

),

tariff_sets as (

    select * from {{ ref('int_tariff_set_traits') }}
    where has_limit

),

settings as (

    {{ rule_settings([['tax_arithmetic', 'tolerance_per_part']]) }}

),

summed as (

    select
        cdrs.* exclude (cdrs.parts_vat),
        settings.tax_arithmetic__tolerance_per_part * (cdrs.part_count + 1) as tolerance,
        case
            when cdrs.part_count > 0 and cdrs.taxed_part_count = cdrs.part_count and tariff_sets.tariff_set_hash is null
                then cdrs.parts_vat
        end as parts_vat
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    left join tariff_sets
        on
            cdrs.ocpi_version = tariff_sets.ocpi_version
            and cdrs.tariff_set_hash = tariff_sets.tariff_set_hash

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
