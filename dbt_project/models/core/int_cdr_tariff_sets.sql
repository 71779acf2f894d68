-- Many CDRs embed the same list of tariffs; each distinct list is opened once.
with cdrs as (

    select distinct
        ocpi_version,
        tariff_set_hash
    from {{ ref('stg_ocpi__cdrs') }}
    where tariff_set_hash is not null

),

tariff_sets as (

    select
        cdrs.ocpi_version,
        cdrs.tariff_set_hash,
        sets.tariffs_json
    from cdrs
    inner join {{ ref('stg_ocpi__tariff_sets') }} as sets
        on cdrs.tariff_set_hash = sets.tariff_set_hash

),

tariffs as (

    select
        ocpi_version,
        tariff_set_hash,
        unnest(from_json(tariffs_json, '["JSON"]')) as body,
        generate_subscripts(from_json(tariffs_json, '["JSON"]'), 1) - 1 as tariff_position
    from tariff_sets

),

identified as (

    select
        ocpi_version,
        tariff_set_hash,
        cast(tariff_position as integer) as tariff_position,
        {{ tariff_hash('ocpi_version', 'body') }} as tariff_hash,
        upper(trim(body ->> 'id')) as tariff_id,
        cast(body as varchar) as body,
        -- The same id twice in one list happens; the first one counts.
        row_number() over (
            partition by ocpi_version, tariff_set_hash, upper(trim(body ->> 'id'))
            order by tariff_position
        ) = 1 as is_first_of_id
    from tariffs
    where json_type(body) = 'OBJECT'

)

select * from identified
