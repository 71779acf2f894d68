-- Only CDRs that are priced: a credit CDR never is.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit

),

periods as (

    select * from {{ ref('stg_ocpi__cdr_periods') }}

),

ordered as (

    select
        cdrs.cdr_key,
        cdrs.partner,
        cdrs.ocpi_version,
        cdrs.started_at as session_started_at,
        cdrs.ended_at as session_ended_at,
        cdrs.time_zone,
        periods.period_position,
        periods.started_at,
        periods.tariff_id,
        periods.energy_kwh,
        periods.time_h,
        periods.parking_time_h,
        periods.reservation_time_h,
        -- One of a pair stands for both where the other is missing.
        coalesce(periods.min_current_a, periods.max_current_a) as min_current_a,
        coalesce(periods.max_current_a, periods.min_current_a) as max_current_a,
        coalesce(periods.min_power_kw, periods.max_power_kw) as min_power_kw,
        coalesce(periods.max_power_kw, periods.min_power_kw) as max_power_kw,
        periods.ignored_dimensions,
        periods.has_text_number,
        periods.has_unreadable_volume,
        coalesce(periods.energy_kwh, 0) <> 0
        or coalesce(periods.time_h, 0) <> 0
        or coalesce(periods.parking_time_h, 0) <> 0 as has_charging_volume,
        coalesce(periods.reservation_time_h, 0) <> 0 as has_reservation_volume,
        has_reservation_volume and not has_charging_volume as is_reservation_only,
        cast(
            row_number() over (
                partition by cdrs.cdr_key order by periods.started_at, periods.period_position
            ) - 1 as integer
        ) as period_index,
        coalesce(
            lead(periods.started_at) over (
                partition by cdrs.cdr_key order by periods.started_at, periods.period_position
            ),
            cdrs.ended_at
        ) as ended_at
    from cdrs
    inner join periods
        on
            cdrs.cdr_key = periods.cdr_key
            and cdrs.cdr_version_hash = periods.cdr_version_hash

)

select * from ordered
