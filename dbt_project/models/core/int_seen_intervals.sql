-- An object is seen from the receipt of a version until the next version, or until a full pull of the
-- partner no longer holds it. Gone and back with the same content counts as never gone.
with sightings as (

    select * from {{ ref('int_last_sightings') }}

),

full_pulls as (

    select * from {{ ref('int_full_pulls') }}

),

moments as (

    select distinct
        partner,
        module,
        last_seen_at
    from sightings

),

absences as (

    select
        moments.partner,
        moments.module,
        moments.last_seen_at,
        min(full_pulls.received_at) as absent_at
    from moments
    inner join full_pulls
        on
            moments.partner = full_pulls.partner
            and moments.module = full_pulls.module
            and moments.last_seen_at < full_pulls.received_at
    group by moments.partner, moments.module, moments.last_seen_at

),

final as (

    select
        sightings.module,
        sightings.object_key,
        sightings.object_hash,
        sightings.landing_seq,
        sightings.ordinal,
        cast(sightings.version_number as integer) as version_number,
        sightings.received_at as seen_from_at,
        least(sightings.next_received_at, absences.absent_at) as seen_to_at,
        sightings.last_seen_at,
        sightings.next_received_at is null as is_newest,
        sightings.next_received_at is null and absences.absent_at is null as is_current
    from sightings
    left join absences
        on
            sightings.partner = absences.partner
            and sightings.module = absences.module
            and sightings.last_seen_at = absences.last_seen_at

)

select * from final
