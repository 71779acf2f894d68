with arrivals as (

    select * from {{ ref('int_cdr_parent_arrivals') }}

),

-- What is still missed, by the findings of today.
missed as (

    select
        findings.object_key as cdr_key,
        findings.code as rule_code,
    from {{ ref('fct_findings') }} as findings
    inner join {{ ref('rules') }} as rules
        on
            findings.code = rules.rule_code
            and rules.awaits is not null
    where
        findings.object_type = 'cdr'
        and (findings.code <> 'credit_cdr_integrity' or findings.observed like 'original unknown%')

),

named as (

    select
        coalesce(arrivals.cdr_key, missed.cdr_key) as cdr_key,
        coalesce(arrivals.rule_code, missed.rule_code) as rule_code,
        case when missed.cdr_key is null then arrivals.came_at end as resolved_at,
    from arrivals
    full outer join missed
        on
            arrivals.cdr_key = missed.cdr_key
            and arrivals.rule_code = missed.rule_code

),

cdrs as (

    select * from {{ ref('int_cdrs_judged') }}
    where cdr_key in (select named.cdr_key from named)

),

settings as (

    select * from {{ ref('int_rule_settings') }}
    where parameter = 'wait_h'

),

rules as (

    select * from {{ ref('rules') }}

),

final as (

    select
        md5(concat(named.cdr_key, '|', named.rule_code)) as cdr_wait_key,
        named.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        named.rule_code,
        rules.awaits,
        cdrs.first_received_at as waited_from_at,
        case named.rule_code
            when 'cdr_without_session' then greatest(cdrs.first_received_at, cdrs.ended_at + to_seconds(settings.value * 3600))
            else cdrs.first_received_at + to_seconds(settings.value * 3600)
        end as waits_until_at,
        named.resolved_at,
        named.resolved_at is not null as is_self_resolved,
    from named
    inner join cdrs
        on named.cdr_key = cdrs.cdr_key
    inner join rules
        on named.rule_code = rules.rule_code
    left join settings
        on
            cdrs.rule_scope_no = settings.rule_scope_no
            and named.rule_code = settings.rule_code

)

select * from final
