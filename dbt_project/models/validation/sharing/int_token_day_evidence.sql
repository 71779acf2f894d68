-- R60: more charges on a local day than one driver makes; several CDRs of one session are one.
with uses as (

    select uses.*
    from {{ ref('int_token_uses') }} as uses
    inner join {{ ref('int_token_full_days') }} as days on uses.token_no = days.token_no
    where days.may_charge_too_often

),

tokens as (

    select * from {{ ref('int_shared_tokens') }}
    where not is_of_several

),

cdrs as (

    select
        cdr_no,
        partner || '|' || session_id as session_name
    from {{ ref('fct_cdrs') }}
    where cdr_no in (select uses.cdr_no from uses)

),

settings as (

    {{ rule_settings([
        ['token_sharing_suspected', 'sessions_per_day'],
        ['token_sharing_suspected', 'points_sessions'],
    ]) }}

),

counted as (

    select
        uses.token_no,
        uses.local_date,
        max(uses.rule_scope_no) as rule_scope_no,
        arg_min(uses.cdr_no, row(uses.started_at, uses.cdr_no)) as cdr_no_a,
        arg_max(uses.cdr_no, row(uses.started_at, uses.cdr_no)) as cdr_no_b,
        min(uses.started_at) as from_at,
        max(uses.started_at) as to_at,
        cast(sum(uses.total_energy_kwh) as decimal(18, 6)) as energy_kwh,
        cast(count(distinct coalesce(cdrs.session_name, cast(uses.cdr_no as varchar))) as integer) as charge_count
    from uses
    inner join cdrs on uses.cdr_no = cdrs.cdr_no
    group by uses.token_no, uses.local_date

),

final as (

    select
        counted.token_no,
        counted.rule_scope_no,
        'charges_a_day' as heuristic,
        cast(settings.token_sharing_suspected__points_sessions as integer) as points,
        counted.cdr_no_a,
        counted.cdr_no_b,
        counted.from_at,
        counted.to_at,
        counted.energy_kwh,
        counted.charge_count
    from counted
    inner join tokens on counted.token_no = tokens.token_no
    inner join settings on counted.rule_scope_no = settings.rule_scope_no
    where counted.charge_count > settings.token_sharing_suspected__sessions_per_day

)

select * from final
