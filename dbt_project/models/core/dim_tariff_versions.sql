with tariffs as (

    select * from {{ ref('stg_ocpi__tariffs') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

ordered as (

    select
        tariff_key,
        tariff_version_hash,
        partner,
        ocpi_version,
        country_code,
        party_id,
        tariff_id,
        {{ tariff_hash('ocpi_version', 'body') }} as tariff_hash,
        row_number() over (partition by tariff_key order by landing_seq, page_no, ordinal) as version_number,
        received_at as seen_from_at,
        lead(received_at) over (partition by tariff_key order by landing_seq, page_no, ordinal) as seen_to_at
    from tariffs

),

final as (

    select
        ordered.tariff_key,
        upper(ordered.country_code) || '*' || upper(ordered.party_id) || '*' || ordered.tariff_id as tariff_label,
        cast(ordered.version_number as integer) as version_number,
        ordered.tariff_version_hash,
        ordered.tariff_hash,
        price_hashes.price_hash,
        ordered.partner,
        ordered.ocpi_version,
        ordered.country_code,
        ordered.party_id,
        ordered.tariff_id,
        bodies.currency,
        bodies.tariff_type,
        bodies.valid_from_at,
        bodies.valid_to_at,
        bodies.last_updated_at,
        ordered.seen_from_at,
        ordered.seen_to_at,
        ordered.seen_to_at is null as is_current,
        cast(price_hashes.component_count as integer) as component_count
    from ordered
    inner join bodies
        on ordered.tariff_hash = bodies.tariff_hash
    inner join price_hashes
        on ordered.tariff_hash = price_hashes.tariff_hash

)

select * from final
