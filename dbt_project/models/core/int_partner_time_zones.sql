{{ config(materialized='view') }}

with partners as (

    select * from {{ ref('stg_config__partners') }}

),

time_zones as (

    select * from {{ ref('int_time_zones') }}

),

-- A partner has one row per role; all of them carry the same zone.
final as (

    select
        partners.partner,
        min(time_zones.time_zone) as time_zone
    from partners
    inner join time_zones on upper(partners.time_zone) = time_zones.time_zone_code
    group by partners.partner

)

select * from final
