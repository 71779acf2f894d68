-- Whole days tell which tokens are worth counting: what takes more than the bound in 24 hours takes more than half of it
-- on one of two days of UTC, and a local day has charges on three of them at most.
with uses as (

    select * from {{ ref('int_token_uses') }}

),

parameters as (

    {{ rule_settings([
        ['token_sharing_suspected', 'energy_kwh_per_24_h'],
        ['token_sharing_suspected', 'sessions_per_day'],
    ]) }}

),

least as (

    select
        min(token_sharing_suspected__energy_kwh_per_24_h) / 2 as energy_kwh,
        max(token_sharing_suspected__energy_kwh_per_24_h) as one_charge_kwh,
        min(token_sharing_suspected__sessions_per_day) / 3 as charge_count
    from parameters

),

days as (

    select
        token_no,
        started_ms // 86400000 as utc_day_no,
        sum(total_energy_kwh) filter (where total_energy_kwh <= (select least.one_charge_kwh from least)) as energy_kwh,
        count(*) as charge_count
    from uses
    group by token_no, utc_day_no

),

final as (

    select
        days.token_no,
        bool_or(days.energy_kwh > least.energy_kwh) as may_take_too_much,
        bool_or(days.charge_count > least.charge_count) as may_charge_too_often
    from days
    cross join least
    where days.energy_kwh > least.energy_kwh or days.charge_count > least.charge_count
    group by days.token_no

)

select * from final
