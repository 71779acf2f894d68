with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

found as (

    {%- for model in [
        'int_tariff_absence_findings', 'int_tariff_choice_findings', 'int_tariff_content_findings',
        'int_period_findings', 'int_match_findings', 'int_tax_findings'
    ] %}
    select
        cdr_key,
        code,
        period_index,
        detail
    from {{ ref(model) }}
    union all
    {%- endfor %}
    select
        cdr_key,
        'credit_not_priced' as code,
        cast(null as integer) as period_index,
        credit_reference_id as detail
    from cdrs
    where is_credit

),

final as (

    select
        found.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        found.code,
        found.period_index,
        string_agg(distinct found.detail, ', ' order by found.detail) as detail
    from found
    inner join cdrs
        on found.cdr_key = cdrs.cdr_key
    group by found.cdr_key, cdrs.cdr_label, cdrs.partner, found.code, found.period_index

)

select * from final
