with cdrs as (

    select
        cdr_key,
        ocpi_version,
        tariff_set_hash,
        started_at
    from {{ ref('fct_cdrs') }}
    where not is_credit

),

tariff_sets as (

    select * from {{ ref('int_cdr_tariff_sets') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

final as (

    select
        cdrs.cdr_key,
        tariff_sets.tariff_position,
        tariff_sets.tariff_id,
        tariff_sets.tariff_hash,
        tariff_sets.is_first_of_id,
        coalesce(bodies.valid_from_at, cdrs.started_at) <= cdrs.started_at
        and (bodies.valid_to_at is null or bodies.valid_to_at > cdrs.started_at) as is_valid_at_start
    from cdrs
    inner join tariff_sets
        on
            cdrs.ocpi_version = tariff_sets.ocpi_version
            and cdrs.tariff_set_hash = tariff_sets.tariff_set_hash
    inner join bodies
        on tariff_sets.tariff_hash = bodies.tariff_hash

)

select * from final
