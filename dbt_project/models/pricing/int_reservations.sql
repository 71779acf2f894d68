-- Whether a reservation was used: nothing in a CDR says so but what was consumed (OCPI mod_tariffs, reservation examples).
with periods as (

    select * from {{ ref('stg_ocpi__cdr_periods') }}

),

reserved as (

    select distinct cdr_no from periods
    where reservation_time_h <> 0

),

final as (

    select
        periods.cdr_no,
        max(case when {{ has_charging_volume('periods') }} then 1 else 0 end) = 0 as is_expired,
        min(case
            when {{ has_charging_volume('periods') }} or coalesce(periods.reservation_time_h, 0) = 0 then periods.started_at
        end) as first_not_reserved_at
    from periods
    inner join reserved
        on periods.cdr_no = reserved.cdr_no
    group by periods.cdr_no

)

select * from final
