with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

credit_totals as (

    select * from {{ ref('int_credit_totals') }}

),

found as (

    {%- for model in [
        'int_tariff_absence_findings', 'int_tariff_choice_findings', 'int_tariff_content_findings',
        'int_cdr_field_findings', 'int_period_findings', 'int_match_findings', 'int_tax_findings'
    ] %}
    select
        cdr_no,
        code,
        period_index,
        detail
    from {{ ref(model) }}
    union all
    {%- endfor %}
    select
        cdrs.cdr_no,
        'credit_not_priced' as code,
        cast(null as integer) as period_index,
        cdrs.credit_reference_id as detail
    from cdrs
    left join credit_totals
        on cdrs.cdr_key = credit_totals.cdr_key
    where cdrs.is_credit and credit_totals.total_excl_vat is null

),

merged as (

    select
        cdr_no,
        code,
        period_index,
        {{ distinct_text('detail', ', ') }} as detail
    from found
    group by cdr_no, code, period_index

),

final as (

    select
        merged.cdr_no,
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        merged.code,
        merged.period_index,
        merged.detail
    from merged
    inner join cdrs
        on merged.cdr_no = cdrs.cdr_no

)

select * from final
