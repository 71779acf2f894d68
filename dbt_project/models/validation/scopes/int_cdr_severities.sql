-- What an agreement makes of a rule for a CDR: another severity, or `off`.
with cdr_scopes as (

    select * from {{ ref('int_cdr_rule_scopes') }}

),

choices as (

    select * from {{ ref('int_rule_override_choices') }}
    where severity is not null

),

final as (

    select
        cdr_scopes.cdr_no,
        cdr_scopes.cdr_key,
        choices.rule_code,
        choices.severity,
        choices.override_no
    from cdr_scopes
    inner join choices on cdr_scopes.rule_scope_no = choices.rule_scope_no

)

select * from final
