-- Energy over charging time, which is total_time less total_parking_time (mod_cdrs), and MAX_POWER, against the connector.
with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        total_energy_kwh,
        total_time_h,
        cast(total_time_h - coalesce(total_parking_time_h, 0) as decimal(18, 6)) as charging_h
    from {{ ref('int_cdrs_judged') }}
    where not is_credit

),

connectors as (

    select
        cdr_no,
        max_power_kw
    from {{ ref('int_cdr_connectors') }}
    where max_power_kw > 0

),

period_totals as (

    select
        cdr_no,
        max_power_kw
    from {{ ref('int_cdr_period_totals') }}

),

settings as (

    {{ rule_settings([
        ['energy_unit_suspect', 'most_energy_kwh'], ['power_above_connector', 'factor'],
        ['max_power_dimension_above_connector', 'factor'],
    ]) }}

),

-- A session that stood still all the time, by its own words, took no energy; one that lasted no time at all is a fault
-- of time, and so is one that stood for longer than it lasted.
suspects as (

    select
        cdrs.*,
        period_totals.max_power_kw as told_power_kw,
        cast(connectors.max_power_kw * settings.power_above_connector__factor as decimal(18, 6)) as most_power_kw,
        cast(connectors.max_power_kw * settings.max_power_dimension_above_connector__factor as decimal(18, 6))
            as most_told_power_kw,
        cdrs.charging_h >= 0
        and cdrs.total_time_h > 0
        and cdrs.total_energy_kwh <= settings.energy_unit_suspect__most_energy_kwh
        and cdrs.total_energy_kwh > cast(cdrs.charging_h as decimal(38, 6)) * most_power_kw as is_too_strong
    from cdrs
    inner join connectors on cdrs.cdr_no = connectors.cdr_no
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    left join period_totals on cdrs.cdr_no = period_totals.cdr_no
    where is_too_strong or period_totals.max_power_kw > most_told_power_kw

),

-- R34, R35
final as (

    {{ hits_where('cdr', 'suspects', [
        [
            'power_above_connector', 'is_too_strong',
            "coalesce(" ~ number_text('total_energy_kwh / nullif(charging_h, 0)') ~ " || ' kW', 'no charging time')",
            "concat(" ~ number_text('most_power_kw') ~ ", ' kW')",
        ],
        [
            'max_power_dimension_above_connector', 'told_power_kw > most_told_power_kw',
            "concat(" ~ number_text('told_power_kw') ~ ", ' kW')",
            "concat(" ~ number_text('most_told_power_kw') ~ ", ' kW')",
        ],
    ]) }}

)

select * from final
