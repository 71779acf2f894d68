-- R60: two uses at once, farther apart than anybody drives, or under two contracts. Shared cards are what a group or
-- a fleet has, and where only a contract of several tokens is named, each may have been another driver's.
with pairs as (

    select * from {{ ref('int_token_use_pairs') }}

),

tokens as (

    select * from {{ ref('int_shared_tokens') }}

),

settings as (

    {{ rule_settings([
        ['token_sharing_suspected', 'overlap_s'],
        ['token_sharing_suspected', 'speed_km_h'],
        ['token_sharing_suspected', 'least_distance_km'],
        ['token_sharing_suspected', 'fleet_cards'],
        ['token_sharing_suspected', 'points_overlap'],
        ['token_sharing_suspected', 'points_overlap_in_group'],
        ['token_sharing_suspected', 'points_travel'],
        ['token_sharing_suspected', 'points_two_contracts'],
    ]) }}

),

-- To change the contract once is no evidence; to come back to an earlier one is.
first_uses as (

    select
        token_no,
        contract_no,
        min(started_at) as first_started_at
    from {{ ref('int_token_uses') }}
    where contract_no is not null
    group by token_no, contract_no

),

judged as (

    select
        pairs.*,
        settings.*,
        tokens.has_group
        or tokens.is_of_several
        or tokens.card_count >= settings.token_sharing_suspected__fleet_cards as is_in_group,
        not pairs.is_one_evse and pairs.overlap_s > settings.token_sharing_suspected__overlap_s as is_simultaneous,
        not pairs.is_one_evse
        and not tokens.is_of_several
        and pairs.overlap_s <= settings.token_sharing_suspected__overlap_s
        and pairs.distance_km > settings.token_sharing_suspected__least_distance_km
        and cast(pairs.distance_km as decimal(18, 3)) * 3600
        > cast(settings.token_sharing_suspected__speed_km_h as decimal(38, 6)) * greatest(pairs.gap_s, 0) as is_too_fast,
        pairs.contract_no_a <> pairs.contract_no_b
        and (tokens.has_two_contracts or first_uses.first_started_at < pairs.started_at_a) as is_under_two_contracts
    from pairs
    inner join tokens on pairs.token_no = tokens.token_no
    inner join settings on pairs.rule_scope_no = settings.rule_scope_no
    left join first_uses
        on pairs.token_no = first_uses.token_no and pairs.contract_no_b = first_uses.contract_no

),

final as (

    {% for heuristic, condition, points in [
        ['simultaneous_use', 'is_simultaneous', 'case when is_in_group then token_sharing_suspected__points_overlap_in_group else token_sharing_suspected__points_overlap end'],
        ['impossible_travel', 'is_too_fast', 'token_sharing_suspected__points_travel'],
        ['two_contracts', 'is_under_two_contracts', 'token_sharing_suspected__points_two_contracts'],
    ] -%}
    select
        token_no,
        rule_scope_no,
        '{{ heuristic }}' as heuristic,
        cast({{ points }} as integer) as points,
        cdr_no_a,
        cdr_no_b,
        started_at_a as from_at,
        started_at_b as to_at,
        distance_km,
        gap_s,
        overlap_s
    from judged
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
