-- The suites judge each version as it comes; only what they said of the version that stands is a hit.
with hits as (

    select * from {{ ref('stg_quality__gx_hits') }}

),

standing as (

    select * from {{ ref('int_standing_versions') }}

),

final as (

    select
        hits.object_type,
        hits.object_key,
        min(hits.object_label) as object_label,
        min(hits.partner) as partner,
        hits.rule_code,
        cast(null as varchar) as severity,
        string_agg(distinct hits.observed, ',' order by hits.observed) as observed,
        cast(null as varchar) as bound
    from hits
    inner join standing
        on
            hits.object_type = standing.object_type
            and hits.object_key = standing.object_key
            and hits.object_hash = standing.object_hash
    group by hits.object_type, hits.object_key, hits.rule_code

)

select * from final
