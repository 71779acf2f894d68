-- Only CDRs that are priced: a credit CDR never is. What a session has reached when each of its periods begins.
with periods as (

    select * from {{ ref('stg_ocpi__cdr_periods') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

placed as (

    select
        periods.* exclude (tariff_id) replace (
            -- One of a pair stands for both where the other is missing.
            coalesce(periods.min_current_a, periods.max_current_a) as min_current_a,
            coalesce(periods.max_current_a, periods.min_current_a) as max_current_a,
            coalesce(periods.min_power_kw, periods.max_power_kw) as min_power_kw,
            coalesce(periods.max_power_kw, periods.min_power_kw) as max_power_kw
        ),
        -- 2.1.1 periods cannot name a tariff.
        case when not ({{ is_ocpi_21('cdrs.ocpi_version') }}) then upper(periods.tariff_id) end as tariff_id,
        policies.policy_no,
        policies.duration_clock = 'cdr_start' as is_clock_of_cdr,
        {{ is_ocpi_21('cdrs.ocpi_version') }} as is_ocpi_21,
        cdrs.started_at as session_started_at,
        cdrs.ended_at as session_ended_at,
        cdrs.time_zone,
        upper(cdrs.currency) as currency,
        coalesce(periods.energy_kwh, 0) <> 0
        or coalesce(periods.time_h, 0) <> 0
        or coalesce(periods.parking_time_h, 0) <> 0 as has_charging_volume,
        coalesce(periods.reservation_time_h, 0) <> 0 as has_reservation_volume
    from periods
    inner join cdrs
        on periods.cdr_no = cdrs.cdr_no
    inner join policies
        on cdrs.partner = policies.partner

),

-- One sort serves all: sums up to a period run before it, sums of the session over all of it.
final as (

    select
        *,
        cast(row_number() over sorted - 1 as integer) as period_index,
        coalesce(lead(started_at) over sorted, session_ended_at) as ended_at,
        coalesce(
            sum(energy_kwh) over (
                partition by cdr_no order by started_at, period_position rows between unbounded preceding and 1 preceding
            ),
            0
        ) as energy_before_kwh,
        min(started_at) over session_rows as first_started_at,
        min(case when has_charging_volume or not has_reservation_volume then started_at end) over session_rows
            as first_not_reserved_at,
        max(case when has_reservation_volume then 1 else 0 end) over session_rows
        - max(case when has_charging_volume then 1 else 0 end) over session_rows = 1 as is_expired_reservation,
        count(tariff_id) over session_rows > 0 as names_tariffs
    from placed
    window
        sorted as (partition by cdr_no order by started_at, period_position),
        session_rows as (
            partition by cdr_no order by started_at, period_position
            rows between unbounded preceding and unbounded following
        )

)

select * from final
