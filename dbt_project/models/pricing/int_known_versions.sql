-- For each embedded tariff body, the version of the same tariff that we held at a moment, and whether it prices alike.
with timelines as (

    select * from {{ ref('int_tariff_timelines') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

embedded as (

    select distinct tariff_no from {{ ref('int_set_tariffs') }}

),

final as (

    select
        policies.policy_no,
        embedded.tariff_no,
        timelines.seen_from_at,
        timelines.seen_to_at,
        known.tariff_no as known_tariff_no,
        timelines.price_hash <> price_hashes.price_hash as prices_otherwise
    from embedded
    inner join bodies
        on embedded.tariff_no = bodies.tariff_no
    inner join price_hashes
        on bodies.tariff_hash = price_hashes.tariff_hash
    inner join timelines
        on bodies.tariff_id = timelines.tariff_id
    inner join policies
        on timelines.partner = policies.partner
    inner join bodies as known
        on timelines.tariff_hash = known.tariff_hash

)

select * from final
