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

reservations as (

    select * from {{ ref('int_reservations') }}

),

final as (

    select
        periods.cdr_no,
        periods.period_index,
        periods.energy_kwh,
        periods.time_h,
        periods.parking_time_h,
        periods.reservation_time_h,
        periods.names_tariffs and cdr_tariffs.can_name_tariffs as names_tariffs,
        cdr_tariffs.policy_no,
        cdr_tariffs.tariff_count,
        coalesce(reservations.is_expired, false) as is_expired_reservation,
        -- A period without tariff has no price once others name theirs.
        case
            when periods.names_tariffs and cdr_tariffs.can_name_tariffs then named.tariff_no
            else cdr_tariffs.tariff_no
        end as tariff_no,
        case
            when not (periods.names_tariffs and cdr_tariffs.can_name_tariffs) then cdr_tariffs.is_valid_at_start
            when named.tariff_no is not null
                then
                    coalesce(named.valid_from_at, cdr_tariffs.session_started_at) <= cdr_tariffs.session_started_at
                    and (named.valid_to_at is null or named.valid_to_at > cdr_tariffs.session_started_at)
        end as is_valid_at_start
    from periods
    inner join cdr_tariffs
        on periods.cdr_no = cdr_tariffs.cdr_no
    left join set_tariffs as named
        on
            cdr_tariffs.tariff_set_no = named.tariff_set_no
            and upper(periods.tariff_id) = named.tariff_id
    left join reservations
        on periods.cdr_no = reservations.cdr_no

)

select * from final
