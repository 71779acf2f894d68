-- The scenario `applied` prices a CDR by the tariffs it carries; `known` by the versions we knew, where they price otherwise.
with embedded as (

    select * from {{ ref('int_embedded_period_tariffs') }}

),

known as (

    select * from {{ ref('int_known_period_tariffs') }}

),

fallback as (

    select * from {{ ref('int_fallback_period_tariffs') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

changed as (

    select distinct known.cdr_key
    from known
    inner join price_hashes
        on known.embedded_tariff_hash = price_hashes.tariff_hash
    where known.price_hash <> price_hashes.price_hash

),

final as (

    select
        cdr_key,
        'applied' as scenario,
        period_index,
        tariff_hash
    from embedded
    where tariff_hash is not null
    union all
    select
        cdr_key,
        'applied' as scenario,
        period_index,
        tariff_hash
    from fallback
    union all
    -- A period whose tariff we did not know keeps the one it carries: only what we knew otherwise may differ.
    select
        embedded.cdr_key,
        'known' as scenario,
        embedded.period_index,
        coalesce(known.tariff_hash, embedded.tariff_hash) as tariff_hash
    from embedded
    inner join changed
        on embedded.cdr_key = changed.cdr_key
    left join known
        on
            embedded.cdr_key = known.cdr_key
            and embedded.period_index = known.period_index
    where embedded.tariff_hash is not null

)

select * from final
