{{ config(materialized='view') }}

with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

final as (

    select
        cdrs.*,
        coalesce(scopes.rule_scope_no, 0) as rule_scope_no
    from cdrs
    left join scopes on cdrs.cdr_no = scopes.cdr_no

)

select * from final
