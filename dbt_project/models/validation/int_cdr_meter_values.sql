-- What the signed meter values say of the energy of a CDR, and what is wrong with them. A meter may have several registers,
-- with and without what is lost in the cable; the energy is that of the one which comes nearest.
with registers as (

    select * from {{ ref('int_cdr_meter_registers') }}

),

cdrs as (

    select
        cdr_no,
        total_energy_kwh
    from {{ ref('fct_cdrs') }}
    where cdr_no in (select registers.cdr_no from registers)

),

compared as (

    select
        registers.*,
        case when not registers.is_export then registers.end_kwh - registers.begin_kwh end as energy_kwh,
        abs(energy_kwh - cdrs.total_energy_kwh) as gap_kwh,
        case when energy_kwh < 0 then -1 else coalesce(gap_kwh, 1000000) end as telling_order
    from registers
    inner join cdrs on registers.cdr_no = cdrs.cdr_no

),

final as (

    select
        cdr_no,
        count(begin_kwh) > 0 as has_begin,
        count(end_kwh) > 0 as has_end,
        min(energy_kwh) < 0 as is_backwards,
        min(gap_kwh) as gap_kwh,
        min_by(begin_kwh, telling_order) as begin_kwh,
        min_by(end_kwh, telling_order) as end_kwh,
        bool_or(has_bad_status) as has_bad_status,
        bool_or(has_error_flag) as has_error_flag,
        bool_or(has_exception) as has_exception,
        bool_or(is_unidentified) as is_unidentified,
        max(card_uid) as card_uid,
        array_to_string(list_reverse(regexp_extract_all(max(card_uid), '..')), '') as reversed_card_uid
    from compared
    group by cdr_no

)

select * from final
