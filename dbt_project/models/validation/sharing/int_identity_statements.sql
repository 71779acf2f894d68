-- Every piece of evidence in words; that another card has nearly the same uid is told beside it.
with evidence as (

    select * from {{ ref('int_token_evidence') }}

),

scores as (

    select * from {{ ref('int_identity_scores') }}

),

tokens as (

    select * from {{ ref('int_shared_tokens') }}

),

codes as (

    select * from {{ ref('int_token_codes') }}

),

near_equal as (

    select * from {{ ref('int_near_equal_uids') }}

),

near_cases as (

    select
        scores.case_key,
        'near_equal_uid' as heuristic,
        0 as points,
        scores.last_at as to_at,
        concat('Of ', near_equal.uid_count, ' cards the uids differ only by ', near_equal.difference) as statement
    from scores
    inner join tokens on scores.token_no = tokens.token_no
    inner join codes
        on tokens.known_uid_code = codes.uid_code and tokens.token_type is not distinct from codes.token_type
    inner join near_equal on codes.card_code = near_equal.card_code

),

told as (

    select
        scores.case_key,
        evidence.heuristic,
        evidence.points,
        evidence.to_at,
        case evidence.heuristic
            when 'simultaneous_use'
                then concat(
                    'At two EVSEs at once for ', {{ rounded_text('evidence.overlap_s / 60') }}, ' min',
                    ', ' || {{ rounded_text('evidence.distance_km') }} || ' km apart'
                )
            when 'impossible_travel'
                then concat(
                    {{ rounded_text('evidence.distance_km') }}, ' km in ', {{ rounded_text('greatest(evidence.gap_s, 0) / 60') }}, ' min'
                )
            when 'two_contracts' then 'One uid under one contract, then under another'
            when 'after_invalid'
                then concat('Used ', {{ rounded_text('evidence.gap_s / 3600') }}, ' h after the token was seen as no longer valid')
            when 'energy_in_24_h'
                then concat({{ number_text('evidence.energy_kwh') }}, ' kWh in ', evidence.charge_count, ' charges within 24 h')
            else concat(evidence.charge_count, ' charges on one day, ', {{ number_text('evidence.energy_kwh') }}, ' kWh')
        end as statement,
        evidence.cdr_no_a,
        evidence.cdr_no_b,
        evidence.distance_km,
        evidence.gap_s,
        evidence.overlap_s,
        evidence.energy_kwh,
        evidence.charge_count
    from evidence
    inner join scores on evidence.token_no = scores.token_no and evidence.case_no = scores.case_no

),

final as (

    select * from told
    union all by name
    select * from near_cases

)

select * from final
