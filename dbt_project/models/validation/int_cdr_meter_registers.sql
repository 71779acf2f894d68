-- Begin and end of each register in the signed meter values of a CDR. Within a text a field that is left out is that of
-- the reading before (OCMF, Readings), but for the value itself.
with readings as (

    select * from {{ ref('int_cdr_ocmf_readings') }}

),

filled as (

    select
        cdr_no,
        identification_type,
        identification_level,
        identification,
        upper(last_value(reading['TX'] ignore nulls) over text_order) as transaction_mark,
        upper(last_value(reading['RI'] ignore nulls) over text_order) as register_code,
        upper(last_value(reading['RU'] ignore nulls) over text_order) as unit,
        upper(last_value(reading['ST'] ignore nulls) over text_order) as meter_status,
        last_value(reading['EF'] ignore nulls) over text_order as error_flags,
        try_cast(reading['RV'] as decimal(18, 6)) as register_value
    from readings
    window text_order as (
        partition by cdr_no, text_position order by reading_position rows between unbounded preceding and current row
    )

),

-- 2.8, and C0 to C7 of OCMF itself, count what was fed back.
typed as (

    select
        *,
        transaction_mark in ('E', 'L', 'R', 'A', 'P') as is_end,
        coalesce(regexp_matches(register_code, ':0*(2|C[0-7])\.0*8\.'), false) as is_export,
        cast(register_value * case unit when 'WH' then 0.001 when 'KWH' then 1 end as decimal(18, 6)) as register_kwh
    from filled

),

final as (

    select
        cdr_no,
        coalesce(register_code, '') as register_code,
        bool_or(is_export) as is_export,
        min(register_kwh) filter (where transaction_mark = 'B') as begin_kwh,
        max(register_kwh) filter (where is_end) as end_kwh,
        bool_or(meter_status is distinct from 'G') as has_bad_status,
        bool_or(coalesce(trim(error_flags), '') <> '') as has_error_flag,
        bool_or(transaction_mark is not distinct from 'X') as has_exception,
        bool_or(coalesce(identification_level in ('MISMATCH', 'INVALID', 'OUTDATED', 'UNKNOWN'), false)) as is_unidentified,
        max(identification) filter (where identification_type in ('ISO14443', 'ISO15693') and identification <> '')
            as card_uid
    from typed
    group by cdr_no, register_code

)

select * from final
