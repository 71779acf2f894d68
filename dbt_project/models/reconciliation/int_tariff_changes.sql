-- R46: prices that changed under one id while the tariff kept its dates. OCPI lets a tariff be updated in place, with a
-- new last_updated; a partner can be held to more by an override, as hubs do that want a new start or another id.
with versions as (

    select * from {{ ref('dim_tariff_versions') }}

),

ordered as (

    select
        *,
        lag(price_hash) over same_tariff as earlier_price_hash,
        lag(valid_from_at) over same_tariff as earlier_valid_from_at,
        lag(valid_to_at) over same_tariff as earlier_valid_to_at,
        lag(last_updated_at) over same_tariff as earlier_last_updated_at,
    from versions
    window same_tariff as (partition by tariff_key order by version_number)

),

final as (

    select
        tariff_key,
        version_number,
        tariff_label,
        partner,
        tariff_hash,
        seen_from_at,
        seen_to_at,
        is_current,
        last_updated_at,
        last_updated_at is distinct from earlier_last_updated_at as has_newer_update,
    from ordered
    where
        earlier_price_hash <> price_hash
        and valid_from_at is not distinct from earlier_valid_from_at
        and valid_to_at is not distinct from earlier_valid_to_at

)

select * from final
