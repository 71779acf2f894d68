-- Which version of a partner's tariff we held at a moment, without overlap: where two of its parties use one id, the
-- newest sighting stands.
with versions as (

    select * from {{ ref('dim_tariff_versions') }}

),

bounds as (

    select
        partner,
        upper(tariff_id) as tariff_id,
        seen_from_at as bound_at
    from versions
    union
    select
        partner,
        upper(tariff_id) as tariff_id,
        seen_to_at as bound_at
    from versions
    where seen_to_at is not null

),

pieces as (

    select
        partner,
        tariff_id,
        bound_at as seen_from_at,
        lead(bound_at) over (partition by partner, tariff_id order by bound_at) as seen_to_at
    from bounds

),

final as (

    select
        pieces.partner,
        pieces.tariff_id,
        pieces.seen_from_at,
        pieces.seen_to_at,
        versions.tariff_hash,
        versions.price_hash
    from pieces
    inner join versions
        on
            pieces.partner = versions.partner
            and pieces.tariff_id = upper(versions.tariff_id)
            and pieces.seen_from_at >= versions.seen_from_at
            and (versions.seen_to_at is null or pieces.seen_from_at < versions.seen_to_at)
    qualify row_number() over (
        partition by pieces.partner, pieces.tariff_id, pieces.seen_from_at
        order by versions.seen_from_at desc, versions.tariff_key asc
    ) = 1

)

select * from final
