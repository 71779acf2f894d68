-- What each layer found, in one shape; a code stands once per place it was found in.
with rule_hits as (

    select * from {{ ref('fct_rule_hits') }}

),

price_findings as (

    select * from {{ ref('fct_cdr_findings') }}

),

reconciliation_hits as (

    select * from {{ ref('int_reconciliation_hits') }}

),

final as (

    select
        object_type,
        object_key,
        object_label,
        partner,
        rule_code as code,
        severity,
        'validation' as layer,
        judge,
        cast(null as integer) as period_index,
        observed,
        bound,
    from rule_hits

    union all

    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        code,
        severity,
        'pricing' as layer,
        'sql' as judge,
        period_index,
        detail as observed,
        cast(null as varchar) as bound,
    from price_findings

    union all

    select
        object_type,
        object_key,
        object_label,
        partner,
        rule_code as code,
        severity,
        'reconciliation' as layer,
        'sql' as judge,
        cast(null as integer) as period_index,
        observed,
        bound,
    from reconciliation_hits

)

select * from final
