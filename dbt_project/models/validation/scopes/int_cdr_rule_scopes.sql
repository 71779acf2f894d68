-- Only CDRs for which something is overridden; all others have scope 0.
with cdrs as (

    select
        cdr_no,
        cdr_key,
        partner,
        session_date
    from {{ ref('fct_cdrs') }}

),

scopes as (

    select * from {{ ref('int_rule_scopes') }}

),

connectors as (

    select * from {{ ref('int_cdr_connectors') }}
    where exists (select 1 from scopes)

),

final as (

    select
        cdrs.cdr_no,
        cdrs.cdr_key,
        scopes.rule_scope_no
    from cdrs
    left join connectors on cdrs.cdr_no = connectors.cdr_no
    inner join scopes
        on
            cdrs.partner = scopes.partner
            and cdrs.session_date = scopes.session_date
            and connectors.power_class is not distinct from scopes.power_class

)

select * from final
