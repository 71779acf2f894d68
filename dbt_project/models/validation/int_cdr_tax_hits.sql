{%- set parts = ['fixed', 'energy', 'time', 'parking', 'reservation'] -%}
{%- set checks = [] -%}
{%- for part in ['total'] + parts -%}
    {%- set excl, incl, taxes = part ~ '_cost_excl_vat', part ~ '_cost_incl_vat', part ~ '_cost_taxes' -%}
    {%- set condition = is_tax_against(excl, incl, 'tolerance') ~ ' or ' ~ is_tax_off(excl, taxes, 'tolerance') -%}
    {%- do checks.append([part ~ ' cost', condition]) -%}
{%- endfor -%}
{%- do checks.append(['sum of the tax of the parts', 'abs(abs(parts_vat) - abs(total_vat)) > part_count * tolerance']) -%}
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

summed as (

    select
        cdrs.*,
        settings.tax_arithmetic__tolerance_per_part as tolerance,
        settings.component_sum_mismatch__tolerance_per_part as sum_tolerance,
        {% for part in parts %}{{ ' + ' if not loop.first }}coalesce(cdrs.{{ part }}_cost_excl_vat, 0){% endfor %} as parts_excl_vat,
        {% for part in parts %}{{ ' + ' if not loop.first }}cast(cdrs.{{ part }}_cost_excl_vat is not null as integer){% endfor %} as part_count
    from cdrs
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no

),

-- The tax of the parts can only be added up where each part names it and the parts themselves add up.
taxed as (

    select
        summed.*,
        summed.total_cost_incl_vat - summed.total_cost_excl_vat as total_vat,
        case
            when
                summed.part_count > 0
                and limited_sets.tariff_set_hash is null
                and abs(abs(summed.parts_excl_vat) - abs(summed.total_cost_excl_vat)) <= summed.part_count * summed.sum_tolerance
                {%- for part in parts %}
                and (summed.{{ part }}_cost_excl_vat is null or summed.{{ part }}_cost_incl_vat is not null)
                {%- endfor %}
                then {% for part in parts %}{{ ' + ' if not loop.first }}coalesce(summed.{{ part }}_cost_incl_vat - summed.{{ part }}_cost_excl_vat, 0){% endfor %}
        end as parts_vat
    from summed
    left join limited_sets
        on
            summed.ocpi_version = limited_sets.ocpi_version
            and summed.tariff_set_hash = limited_sets.tariff_set_hash

),

judged as (

    select
        cdr_key,
        cdr_label,
        partner,
        tolerance,
        {{ names_where(checks) }} as faults
    from taxed

),

final as (

    select
        {{ hit_columns('cdr', 'tax_arithmetic', 'faults', number_text('tolerance')) }}
    from judged
    where faults is not null

)

select * from final
