with defaults as (

    select * from {{ ref('rule_parameters') }}

),

choices as (

    select * from {{ ref('int_rule_override_choices') }}
    where parameter is not null

),

scopes as (

    select 0 as rule_scope_no
    union
    select rule_scope_no from {{ ref('int_rule_scopes') }}

),

final as (

    select
        scopes.rule_scope_no,
        defaults.rule_code,
        defaults.parameter,
        coalesce(choices.value, defaults.value) as value,
        choices.override_no
    from scopes
    cross join defaults
    left join choices
        on
            scopes.rule_scope_no = choices.rule_scope_no
            and defaults.rule_code = choices.rule_code
            and defaults.parameter = choices.parameter

)

select * from final
