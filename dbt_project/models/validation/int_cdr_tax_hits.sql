-- R55. Each amount may have been rounded, and the parts moved until they add up to the total.
with suspects as (

    select * from {{ ref('int_cdr_tax_suspects') }}

),

cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        ocpi_version,
        tariff_set_hash
    from {{ ref('int_cdrs_judged') }}
    where cdr_no in (select suspects.cdr_no from suspects)

),

-- The tax of amounts that do not add up cannot do so either.
cost_hits as (

    select object_key from {{ ref('int_cdr_cost_hits') }}
    where rule_code = 'component_sum_mismatch'

),

-- A minimum or maximum price moves the tax of the total, too, and not that of the parts.
tariff_sets as (

    select * from {{ ref('int_tariff_set_traits') }}
    where has_limit

),

settings as (

    {{ rule_settings([['tax_arithmetic', 'tolerance_per_part']]) }}

),

bounded as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        settings.tax_arithmetic__tolerance_per_part * (suspects.part_count + 1) as tolerance,
        suspects.* exclude (suspects.cdr_no, suspects.parts_vat, suspects.tolerance),
        case when tariff_sets.tariff_set_hash is null then suspects.parts_vat end as parts_vat
    from suspects
    inner join cdrs on suspects.cdr_no = cdrs.cdr_no
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    left join tariff_sets
        on
            cdrs.ocpi_version = tariff_sets.ocpi_version
            and cdrs.tariff_set_hash = tariff_sets.tariff_set_hash
    where cdrs.cdr_key not in (select cost_hits.object_key from cost_hits)

),

judged as (

    select
        cdr_key,
        cdr_label,
        partner,
        tolerance,
        {{ names_where(tax_checks('tolerance')) }} as faults
    from bounded

),

final as (

    select
        {{ hit_columns('cdr', 'tax_arithmetic', 'faults', number_text('tolerance')) }}
    from judged
    where faults is not null

)

select * from final
