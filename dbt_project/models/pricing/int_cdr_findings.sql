with credits as (

    select
        cdr_no,
        credit_reference_id
    from {{ ref('fct_cdrs') }}
    where is_credit

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
        credits.cdr_no,
        'credit_not_priced' as code,
        cast(null as integer) as period_index,
        credits.credit_reference_id as detail
    from credits
    left join credit_totals
        on credits.cdr_no = credit_totals.cdr_no
    where credit_totals.total_excl_vat is null

),

final as (

    select
        cdr_no,
        code,
        period_index,
        {{ distinct_text('detail', ', ') }} as detail
    from found
    group by cdr_no, code, period_index

)

select * from final
