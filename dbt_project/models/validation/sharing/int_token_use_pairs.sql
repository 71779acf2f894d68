-- What two uses have to do with each other, exactly. Not two uses are those of one session or authorisation, those at
-- one EVSE (which may have another key with another partner), and one charge told twice.
with neighbours as (

    select * from {{ ref('int_token_neighbours') }}

),

members as (

    select cdr_no_a as cdr_no from neighbours
    union
    select cdr_no_b as cdr_no from neighbours

),

uses as (

    select
        uses.*,
        cdrs.partner,
        cdrs.session_id,
        cdrs.authorization_reference,
        cdrs.evse_key,
        nullif(upper(replace(cdrs.evse_id, '*', '')), '') as evse_code
    from members
    inner join {{ ref('int_token_uses') }} as uses on members.cdr_no = uses.cdr_no
    inner join {{ ref('fct_cdrs') }} as cdrs on members.cdr_no = cdrs.cdr_no

),

pairs as (

    select
        neighbours.token_no,
        neighbours.cdr_no_a,
        neighbours.cdr_no_b,
        ones.started_at as started_at_a,
        others.started_at as started_at_b,
        others.rule_scope_no,
        ones.contract_no as contract_no_a,
        others.contract_no as contract_no_b,
        cast((others.started_ms - ones.ended_ms) / 1000.0 as decimal(18, 3)) as gap_s,
        cast((least(ones.ended_ms, others.ended_ms) - others.started_ms) / 1000.0 as decimal(18, 3)) as overlap_s,
        case
            when {{ is_place('ones.latitude', 'ones.longitude') }} and {{ is_place('others.latitude', 'others.longitude') }}
                then cast({{ distance_km('ones.latitude', 'ones.longitude', 'others.latitude', 'others.longitude') }} as decimal(9, 3))
        end as distance_km,
        ones.evse_key = others.evse_key or coalesce(ones.evse_code = others.evse_code, false) as is_one_evse,
        coalesce(ones.partner = others.partner and ones.session_id = others.session_id, false)
        or coalesce(ones.authorization_reference = others.authorization_reference, false)
        or (
            ones.started_at = others.started_at
            and ones.ended_at = others.ended_at
            and ones.total_energy_kwh = others.total_energy_kwh
        ) as is_one_charge
    from neighbours
    inner join uses as ones on neighbours.cdr_no_a = ones.cdr_no
    inner join uses as others on neighbours.cdr_no_b = others.cdr_no

),

final as (

    select * from pairs
    where not is_one_charge

)

select * from final
