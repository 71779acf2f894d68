with findings as (

    select * from {{ ref('fct_findings') }}

),

verdicts as (

    select * from {{ ref('fct_cdr_verdicts') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

-- CDRs and sessions count for their own month; a tariff, location or token has none and counts for the present one.
dated as (

    select
        coalesce(
            verdicts.billing_month,
            {{ month_of('sessions.session_date') }},
            {{ month_of(utc_date(as_of())) }}
        ) as kpi_month,
        coalesce(findings.partner, 'unknown') as partner,
        findings.code as rule_code,
        findings.severity,
        findings.layer,
        findings.object_type,
        findings.hit_count,
        case findings.object_type when 'cdr' then 1 else 0 end as cdr_count,
        case findings.object_type when 'cdr' then coalesce(verdicts.currency, 'XXX') end as currency,
        verdicts.claimed_excl_vat,
    from findings
    left join verdicts
        on
            findings.object_type = 'cdr'
            and findings.object_key = verdicts.cdr_key
    left join sessions
        on
            findings.object_type = 'session'
            and findings.object_key = sessions.session_key

),

with_all as (

    select * from dated

    union all

    select
        kpi_month,
        'all' as partner,
        rule_code,
        severity,
        layer,
        object_type,
        hit_count,
        cdr_count,
        currency,
        claimed_excl_vat,
    from dated

),

final as (

    select
        md5(concat_ws(
            '|', partner, cast(kpi_month as varchar), rule_code, severity, object_type, coalesce(currency, '')
        )) as kpi_key,
        kpi_month,
        partner,
        rule_code,
        severity,
        layer,
        object_type,
        currency,
        cast(sum(hit_count) as bigint) as hit_count,
        count(*) as object_count,
        cast(sum(cdr_count) as bigint) as cdr_count,
        cast(sum(claimed_excl_vat) as decimal(38, 12)) as claimed_excl_vat,
    from with_all
    group by partner, kpi_month, rule_code, severity, layer, object_type, currency

)

select * from final
