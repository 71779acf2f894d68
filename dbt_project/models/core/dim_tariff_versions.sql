with tariffs as (

    select * from {{ ref('stg_ocpi__tariffs') }}

),

intervals as (

    select * from {{ ref('int_seen_intervals') }}
    where module = 'tariffs'

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

hashed as (

    select
        *,
        {{ tariff_hash('ocpi_version', 'body') }} as tariff_hash
    from tariffs

),

final as (

    select
        hashed.tariff_key,
        {{ object_label('hashed.country_code', 'hashed.party_id', 'hashed.tariff_id') }} as tariff_label,
        intervals.version_number,
        hashed.tariff_version_hash,
        hashed.tariff_hash,
        price_hashes.price_hash,
        hashed.partner,
        hashed.ocpi_version,
        hashed.country_code,
        hashed.party_id,
        hashed.tariff_id,
        bodies.currency,
        bodies.tariff_type,
        bodies.valid_from_at,
        bodies.valid_to_at,
        bodies.last_updated_at,
        intervals.seen_from_at,
        intervals.seen_to_at,
        intervals.is_current,
        cast(price_hashes.component_count as integer) as component_count
    from hashed
    inner join intervals
        on
            hashed.tariff_key = intervals.object_key
            and hashed.landing_seq = intervals.landing_seq
            and hashed.ordinal = intervals.ordinal
    inner join bodies
        on hashed.tariff_hash = bodies.tariff_hash
    inner join price_hashes
        on hashed.tariff_hash = price_hashes.tariff_hash

)

select * from final
