-- CDRs whose token or EVSE was found wrong by itself, so that a session which names others is no news.
with hits as (

    select * from {{ ref('fct_rule_hits') }}
    where object_type = 'cdr'

),

rules as (

    select * from {{ ref('rules') }}
    where family = 'identity'

),

final as (

    select distinct hits.object_key as cdr_key
    from hits
    inner join rules
        on hits.rule_code = rules.rule_code

)

select * from final
