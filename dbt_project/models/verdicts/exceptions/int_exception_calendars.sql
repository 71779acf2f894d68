-- By whose days and clock the exceptions of a partner run. Whoever has no terms goes by those of nobody.
with terms as (

    select * from {{ ref('stg_config__exception_terms') }}
    where family is null

),

partners as (

    select distinct
        partner,
        time_zone,
    from {{ ref('stg_config__partners') }}

),

zones as (

    select * from {{ ref('int_country_time_zones') }}

),

final as (

    select
        coalesce(terms.partner, '') as calendar,
        terms.sla_business_days,
        terms.auto_reject_days,
        terms.country_code,
        coalesce(partners.time_zone, zones.time_zone, 'UTC') as time_zone,
    from terms
    left join partners
        on terms.partner = partners.partner
    left join zones
        on terms.country_code = zones.country

)

select * from final
