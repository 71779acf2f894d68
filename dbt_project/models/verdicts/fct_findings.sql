with layer_findings as (

    select * from {{ ref('int_layer_findings') }}

),

codes as (

    select * from {{ ref('codes') }}

),

grouped as (

    select
        object_type,
        object_key,
        code,
        layer,
        max(object_label) as object_label,
        max(partner) as partner,
        max(case judge when 'sql' then 1 else 0 end) as has_sql,
        max(case judge when 'gx' then 1 else 0 end) as has_gx,
        count(*) as hit_count,
        -- Where it was found with several, the strictest.
        min(case severity when 'reject' then 1 when 'hold' then 2 when 'warn' then 3 end) as severity_rank,
        -- SQL decides where both judged; its text is the one shown.
        coalesce(min(case judge when 'sql' then observed end), min(observed)) as observed,
        coalesce(min(case judge when 'sql' then bound end), min(bound)) as bound,
    from layer_findings
    group by object_type, object_key, code, layer

),

final as (

    select
        md5(grouped.object_type || '|' || grouped.object_key || '|' || grouped.code) as finding_key,
        grouped.object_type,
        grouped.object_key,
        grouped.object_label,
        grouped.partner,
        grouped.code,
        codes.title,
        case grouped.severity_rank when 1 then 'reject' when 2 then 'hold' when 3 then 'warn' else codes.severity end as severity,
        coalesce(
            grouped.severity_rank, case codes.severity when 'reject' then 1 when 'hold' then 2 else 3 end
        ) as severity_rank,
        grouped.layer,
        case
            when grouped.has_sql + grouped.has_gx = 2 then 'gx,sql'
            when grouped.has_gx = 1 then 'gx'
            else 'sql'
        end as judges,
        cast(grouped.hit_count as bigint) as hit_count,
        grouped.observed,
        grouped.bound,
    from grouped
    left join codes
        on grouped.code = codes.code

)

select * from final
