with layer_findings as (

    select * from {{ ref('int_layer_findings') }}

),

codes as (

    select * from {{ ref('codes') }}

),

rules as (

    select * from {{ ref('rules') }}

),

severities as (

    select * from {{ ref('int_cdr_severities') }}

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
        coalesce(
            min(case when judge = 'sql' then {{ severity_rank('severity') }} end), min({{ severity_rank('severity') }})
        ) as severity_rank,
        -- SQL decides where both judged, by its strictest hit; its text is the one shown.
        coalesce(min(case judge when 'sql' then observed end), min(observed)) as observed,
        coalesce(min(case judge when 'sql' then bound end), min(bound)) as bound,
    from layer_findings
    group by object_type, object_key, code, layer

),

judged as (

    select
        grouped.*,
        codes.title,
        rules.rule_version,
        rules.family,
        rules.reason_code,
        coalesce(
            severities.severity,
            case grouped.severity_rank when 1 then 'reject' when 2 then 'hold' when 3 then 'warn' end,
            codes.severity
        ) as severity
    from grouped
    left join codes
        on grouped.code = codes.code
    left join rules
        on grouped.code = rules.rule_code
    left join severities
        on
            grouped.object_type = 'cdr'
            and grouped.object_key = severities.cdr_key
            and grouped.code = severities.rule_code

),

final as (

    select
        md5(object_type || '|' || object_key || '|' || code) as finding_key,
        object_type,
        object_key,
        object_label,
        partner,
        code,
        title,
        cast(rule_version as integer) as rule_version,
        family,
        reason_code,
        severity,
        case severity when 'reject' then 1 when 'hold' then 2 else 3 end as severity_rank,
        layer,
        case when has_sql + has_gx = 2 then 'gx,sql' when has_gx = 1 then 'gx' else 'sql' end as judges,
        cast(hit_count as bigint) as hit_count,
        observed,
        bound,
    from judged
    where severity <> 'off'

)

select * from final
