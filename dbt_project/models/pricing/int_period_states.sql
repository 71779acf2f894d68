-- What restrictions look at, at the start of each period, and the tariff that prices it.
with periods as (

    select * from {{ ref('int_ordered_periods') }}

),

cdr_tariffs as (

    select * from {{ ref('int_cdr_tariffs') }}

),

set_tariffs as (

    select * from {{ ref('int_set_tariffs') }}
    where is_first_of_id

),

local_periods as (

    select
        *,
        {{ local_time('started_at', 'time_zone') }} as started_local_at
    from periods

),

final as (

    select
        periods.* exclude (energy_before_kwh, first_started_at, first_not_reserved_at, is_clock_of_cdr, started_local_at),
        cdr_tariffs.tariff_count,
        -- A period without tariff has no price once others name theirs.
        case
            when periods.names_tariffs and cdr_tariffs.tariff_set_no is not null then named.tariff_no
            else cdr_tariffs.tariff_no
        end as tariff_no,
        case
            when not periods.names_tariffs or cdr_tariffs.tariff_set_no is null then cdr_tariffs.is_valid_at_start
            when named.tariff_no is not null
                then
                    coalesce(named.valid_from_at, periods.session_started_at) <= periods.session_started_at
                    and (named.valid_to_at is null or named.valid_to_at > periods.session_started_at)
        end as is_valid_at_start,
        -- A reservation that comes first has a clock of its own.
        case
            when periods.is_clock_of_cdr then periods.session_started_at
            when periods.has_charging_volume or not periods.has_reservation_volume then periods.first_not_reserved_at
            else periods.first_started_at
        end as clock_started_at,
        cast(periods.energy_before_kwh as decimal(18, 6)) as reached_kwh,
        greatest({{ seconds_between('clock_started_at', 'periods.started_at') }}, 0) as reached_s,
        cast(periods.started_local_at as date) as local_date,
        {{ second_of_day('periods.started_local_at') }} as local_time_s,
        {{ weekday_name('periods.started_local_at') }} as weekday
    from local_periods as periods
    left join cdr_tariffs
        on periods.cdr_no = cdr_tariffs.cdr_no
    left join set_tariffs as named
        on
            cdr_tariffs.tariff_set_no = named.tariff_set_no
            and periods.tariff_id = named.tariff_id

)

select * from final
