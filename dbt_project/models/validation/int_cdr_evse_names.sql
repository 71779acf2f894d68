-- Each way in which CDRs name an EVSE, once, with what is wrong about it. `#NA` stands for a reservation that never became
-- a session, and is not judged (CdrLocation).
with cdrs as (

    select distinct
        partner,
        country_code,
        party_id,
        evse_uid,
        evse_id
    from {{ ref('fct_cdrs') }}
    where evse_id <> '#NA'

),

operator_ids as (

    select * from {{ ref('stg_config__partner_operator_ids') }}

),

named as (

    select
        *,
        upper(replace(evse_id, '*', '')) as plain_evse_id,
        {{ is_evse_id('evse_id') }} as is_evse_id,
        coalesce({{ is_evse_id('evse_uid') }} and regexp_matches(upper(evse_uid), '^[A-Z]{2}'), false) as is_uid_like_evse_id
    from cdrs

),

-- Under which uid an EVSE id is known.
known as (

    select
        partner,
        upper(replace(evse_id, '*', '')) as plain_evse_id,
        list(distinct upper(evse_uid)) as uids
    from {{ ref('dim_evses') }}
    where evse_id is not null
    group by partner, upper(replace(evse_id, '*', ''))

),

-- Some parties give their EVSEs a uid that reads like an EVSE id.
uids as (

    select distinct
        partner,
        upper(evse_uid) as evse_uid
    from {{ ref('dim_evses') }}

),

-- Only ISO ids name country and operator in letters; the DIN form starts with a digit or a plus.
final as (

    select
        named.partner,
        named.country_code,
        named.party_id,
        named.evse_uid,
        named.evse_id,
        named.plain_evse_id,
        not named.is_evse_id as is_malformed,
        named.is_evse_id
        and named.partner in (select operator_ids.partner from operator_ids)
        and regexp_matches(named.plain_evse_id, '^[A-Z]')
        and not (
            left(named.plain_evse_id, 2) = named.country_code
            and (
                substr(named.plain_evse_id, 3, 3) = named.party_id
                or (named.partner, substr(named.plain_evse_id, 3, 3)) in (
                    select (operator_ids.partner, operator_ids.operator_id) from operator_ids
                )
            )
        ) as is_of_another_operator,
        (
            named.is_uid_like_evse_id
            and not named.is_evse_id
            and (named.partner, upper(named.evse_uid)) not in (
                select (uids.partner, uids.evse_uid) from uids
            )
        )
        or coalesce(not list_contains(known.uids, upper(named.evse_uid)), false) as is_swapped
    from named
    left join known
        on
            named.partner = known.partner
            and named.plain_evse_id = known.plain_evse_id

)

select * from final
where is_malformed or is_of_another_operator or is_swapped
