-- What the findings of a CDR say together, before anybody decided by hand.
with findings as (

    select * from {{ ref('fct_findings') }}
    where object_type = 'cdr'

),

ranked as (

    select
        object_key as cdr_key,
        code,
        severity,
        severity_rank,
        row_number() over (
            partition by object_key
            order by
                severity_rank,
                case layer when 'validation' then 1 when 'pricing' then 2 else 3 end,
                code
        ) as finding_rank,
    from findings

),

final as (

    select
        cdr_key,
        min(severity_rank) as severity_rank,
        max(case when finding_rank = 1 and severity <> 'warn' then code end) as deciding_code,
        {{ joined_text("case when severity <> 'warn' then code end", 'finding_rank') }} as reason_codes,
        {{ joined_text("case when severity = 'warn' then code end", 'finding_rank') }} as warning_codes,
    from ranked
    group by cdr_key

)

select * from final
