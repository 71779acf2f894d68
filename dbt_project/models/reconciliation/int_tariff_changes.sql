-- R46: prices that changed under one id while the tariff kept its dates. OCPI lets a tariff be updated in place, with a
-- new last_updated; a partner can be held to more by an override, as hubs do that want a new start or another id.
with versions as (

    select
        *,
        lag(version_number) over (partition by tariff_key order by version_number) as earlier_version_number
    from {{ ref('dim_tariff_versions') }}

),

final as (

    select
        versions.tariff_key,
        versions.version_number,
        versions.tariff_label,
        versions.partner,
        versions.tariff_hash,
        versions.seen_from_at,
        versions.seen_to_at,
        versions.is_current,
        versions.last_updated_at,
        coalesce(versions.last_updated_at <> earlier.last_updated_at, false) as has_newer_update,
    from versions
    inner join versions as earlier
        on
            versions.tariff_key = earlier.tariff_key
            and versions.earlier_version_number = earlier.version_number
    where
        versions.price_hash <> earlier.price_hash
        and versions.valid_from_at is not distinct from earlier.valid_from_at
        and versions.valid_to_at is not distinct from earlier.valid_to_at

)

select * from final
