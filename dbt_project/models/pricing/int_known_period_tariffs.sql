-- The version of each period's tariff that we had received when the session began.
with embedded as (

    select * from {{ ref('int_embedded_period_tariffs') }}

),

cdrs as (

    select
        cdr_key,
        partner,
        started_at
    from {{ ref('fct_cdrs') }}

),

bodies as (

    select
        tariff_hash,
        tariff_id
    from {{ ref('int_tariff_bodies') }}

),

versions as (

    select * from {{ ref('dim_tariff_versions') }}

),

final as (

    select
        embedded.cdr_key,
        embedded.period_index,
        embedded.tariff_hash as embedded_tariff_hash,
        versions.tariff_hash,
        versions.price_hash
    from embedded
    inner join cdrs
        on embedded.cdr_key = cdrs.cdr_key
    inner join bodies
        on embedded.tariff_hash = bodies.tariff_hash
    inner join versions
        on
            cdrs.partner = versions.partner
            and bodies.tariff_id = upper(versions.tariff_id)
            and cdrs.started_at >= versions.seen_from_at
            and (versions.seen_to_at is null or cdrs.started_at < versions.seen_to_at)
    -- Two parties of one partner may use one id; the newest sighting stands.
    qualify row_number() over (
        partition by embedded.cdr_key, embedded.period_index
        order by versions.seen_from_at desc, versions.tariff_key asc
    ) = 1

)

select * from final
