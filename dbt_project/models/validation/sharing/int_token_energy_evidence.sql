-- R60: more energy in 24 hours than one car takes. Charges count by their start; a group's or a fleet's card may serve
-- several cars. Of a local day the heaviest 24 hours are the evidence.
with settings as (

    {{ rule_settings([
        ['token_sharing_suspected', 'energy_kwh_per_24_h'],
        ['token_sharing_suspected', 'fleet_cards'],
        ['token_sharing_suspected', 'points_energy'],
    ]) }}

),

-- A charge that alone takes more has its energy wrong, or is a lorry's: other rules look at it.
uses as (

    select uses.*
    from {{ ref('int_token_uses') }} as uses
    inner join {{ ref('int_token_full_days') }} as days on uses.token_no = days.token_no
    inner join settings on uses.rule_scope_no = settings.rule_scope_no
    where days.may_take_too_much and uses.total_energy_kwh <= settings.token_sharing_suspected__energy_kwh_per_24_h

),

tokens as (

    select * from {{ ref('int_shared_tokens') }}
    where not is_of_several and not has_group

),

in_24_h as (

    select
        *,
        sum(total_energy_kwh) over day_before as energy_kwh,
        min(started_at) over day_before as from_at
    from uses
    window day_before as (
        partition by token_no order by started_at
        range between interval '23 hours 59 minutes 59.999999 seconds' preceding and current row
    )

),

heaviest as (

    select
        in_24_h.*,
        settings.token_sharing_suspected__points_energy as points,
        row_number() over (
            partition by in_24_h.token_no, in_24_h.local_date
            order by -in_24_h.energy_kwh, in_24_h.started_at, in_24_h.cdr_no
        ) as energy_rank
    from in_24_h
    inner join tokens on in_24_h.token_no = tokens.token_no
    inner join settings on in_24_h.rule_scope_no = settings.rule_scope_no
    where
        in_24_h.energy_kwh > settings.token_sharing_suspected__energy_kwh_per_24_h
        and tokens.card_count < settings.token_sharing_suspected__fleet_cards

),

final as (

    select
        heaviest.token_no,
        heaviest.rule_scope_no,
        'energy_in_24_h' as heuristic,
        cast(heaviest.points as integer) as points,
        arg_min(uses.cdr_no, row(uses.started_at, uses.cdr_no)) as cdr_no_a,
        heaviest.cdr_no as cdr_no_b,
        heaviest.from_at,
        heaviest.started_at as to_at,
        cast(heaviest.energy_kwh as decimal(18, 6)) as energy_kwh,
        cast(count(*) as integer) as charge_count
    from heaviest
    inner join uses
        on heaviest.token_no = uses.token_no and uses.started_at between heaviest.from_at and heaviest.started_at
    where heaviest.energy_rank = 1
    group by all

)

select * from final
