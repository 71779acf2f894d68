-- The suites judge each version as it comes; only what they said of the record that stands is a hit. The record and not
-- its content: what lies in the future of one receipt need not lie in that of the next.
with hits as (

    select * from {{ ref('stg_quality__gx_hits') }}

),

standing as (

    select * from {{ ref('int_standing_versions') }}

),

-- The suites know the defaults alone: where an agreement sets another bound, SQL judges without them.
overridden as (

    select distinct
        scopes.cdr_key,
        choices.rule_code
    from {{ ref('int_cdr_rule_scopes') }} as scopes
    inner join {{ ref('int_rule_override_choices') }} as choices
        on scopes.rule_scope_no = choices.rule_scope_no
    where choices.parameter is not null

),

final as (

    select
        hits.object_type,
        hits.object_key,
        hits.object_label,
        hits.partner,
        hits.rule_code,
        cast(null as varchar) as severity,
        hits.observed,
        cast(null as varchar) as bound
    from hits
    inner join standing
        on
            hits.object_type = standing.object_type
            and hits.object_key = standing.object_key
            and hits.landing_seq = standing.landing_seq
            and hits.ordinal = standing.ordinal
    where
        hits.object_type <> 'cdr'
        or (hits.object_key, hits.rule_code) not in (select (overridden.cdr_key, overridden.rule_code) from overridden)

)

select * from final
