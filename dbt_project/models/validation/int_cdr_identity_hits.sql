-- `#NA` stands for a reservation that never became a session, and is not judged (CdrLocation).
with cdrs as (

    select
        *,
        upper(replace(evse_id, '*', '')) as plain_evse_id,
        {{ is_evse_id('evse_id') }} as is_evse_id
    from {{ ref('fct_cdrs') }}
    where evse_id <> '#NA'

),

operator_ids as (

    select * from {{ ref('stg_config__partner_operator_ids') }}

),

configured_partners as (

    select distinct partner from operator_ids

),

final as (

    -- R10
    select
        {{ hit_columns('cdr', 'evse_id_format', 'evse_id') }}
    from cdrs
    where not is_evse_id

    union all

    -- R11: only ISO ids name country and operator in letters; the DIN form starts with a digit or a plus.
    select
        {{ hit_columns('cdr', 'evse_id_operator_mismatch', 'left(plain_evse_id, 5)', "concat(country_code, party_id)") }}
    from cdrs
    where
        is_evse_id
        and partner in (select configured_partners.partner from configured_partners)
        and regexp_matches(plain_evse_id, '^[A-Z]')
        and not (
            left(plain_evse_id, 2) = country_code
            and (
                substr(plain_evse_id, 3, 3) = party_id
                or concat(partner, '|', substr(plain_evse_id, 3, 3)) in (
                    select concat(operator_ids.partner, '|', operator_ids.operator_id) from operator_ids
                )
            )
        )

)

select * from final
