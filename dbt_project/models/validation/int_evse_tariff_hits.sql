-- A connector's tariff ids are looked for among all that the partner has sent, whatever party the tariff bears.
with evses as (

    select * from {{ ref('dim_evses') }}
    where is_current

),

connector_tariffs as (

    select * from {{ ref('int_connector_tariffs') }}
    where seen_to_at is null

),

tariffs as (

    select distinct
        partner,
        upper(tariff_id) as tariff_code
    from {{ ref('stg_ocpi__tariffs') }}

),

dangling as (

    select
        connector_tariffs.evse_key as dangling_evse_key,
        string_agg(distinct connector_tariffs.tariff_id, ',' order by connector_tariffs.tariff_id) as tariff_ids
    from connector_tariffs
    left join tariffs
        on
            connector_tariffs.partner = tariffs.partner
            and upper(connector_tariffs.tariff_id) = tariffs.tariff_code
    where tariffs.tariff_code is null
    group by connector_tariffs.evse_key

),

final as (

    select
        {{ hit_columns('evse', 'tariff_reference_dangling', 'dangling.tariff_ids') }}
    from evses
    inner join dangling on evses.evse_key = dangling.dangling_evse_key

)

select * from final
