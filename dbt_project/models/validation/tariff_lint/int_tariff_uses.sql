-- Who is concerned: how many standing tariffs, CDRs and connectors use a body.
with bodies as (

    select tariff_hash from {{ ref('int_tariff_bodies') }}

),

tariffs as (

    select
        tariff_hash,
        count(*) as tariff_count
    from {{ ref('dim_tariff_versions') }}
    where is_current
    group by tariff_hash

),

cdr_sets as (

    select
        ocpi_version,
        tariff_set_hash,
        count(*) as cdr_count
    from {{ ref('fct_cdrs') }}
    where tariff_set_hash is not null
    group by ocpi_version, tariff_set_hash

),

cdrs as (

    select
        tariff_sets.tariff_hash,
        sum(cdr_sets.cdr_count) as cdr_count
    from {{ ref('int_cdr_tariff_sets') }} as tariff_sets
    inner join cdr_sets
        on
            tariff_sets.ocpi_version = cdr_sets.ocpi_version
            and tariff_sets.tariff_set_hash = cdr_sets.tariff_set_hash
    where tariff_sets.is_first_of_id
    group by tariff_sets.tariff_hash

),

connectors as (

    select
        tariff_hash,
        count(*) as connector_count
    from {{ ref('int_tariff_connectors') }}
    group by tariff_hash

),

final as (

    select
        bodies.tariff_hash,
        cast(coalesce(tariffs.tariff_count, 0) as integer) as tariff_count,
        cast(coalesce(cdrs.cdr_count, 0) as integer) as cdr_count,
        cast(coalesce(connectors.connector_count, 0) as integer) as connector_count
    from bodies
    left join tariffs on bodies.tariff_hash = tariffs.tariff_hash
    left join cdrs on bodies.tariff_hash = cdrs.tariff_hash
    left join connectors on bodies.tariff_hash = connectors.tariff_hash

)

select * from final
