-- The lists of tariffs that CDRs embed, by number: a list is opened once, however many CDRs carry it.
with tariff_sets as (

    select * from {{ ref('int_cdr_tariff_sets') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

final as (

    select
        cast(dense_rank() over (order by tariff_sets.ocpi_version, tariff_sets.tariff_set_hash) as integer) as tariff_set_no,
        tariff_sets.ocpi_version,
        tariff_sets.tariff_set_hash,
        tariff_sets.tariff_position,
        tariff_sets.is_first_of_id,
        bodies.tariff_no,
        bodies.tariff_id,
        bodies.valid_from_at,
        bodies.valid_to_at
    from tariff_sets
    inner join bodies
        on tariff_sets.tariff_hash = bodies.tariff_hash

)

select * from final
