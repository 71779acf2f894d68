-- The signed meter values of a CDR where they are OCMF: begin and end of the register, and what is wrong with them. The
-- signature itself is not checked, for that needs the meter's key from somebody else than its sender.
with cdrs as (

    select
        cdr_no,
        cast(signed_data as varchar) as signed_data
    from {{ ref('stg_ocpi__cdr_details') }}
    where json_type(signed_data) = 'OBJECT'

),

texts as (

    select
        cdr_no,
        unnest(from_json(
            cast(json_extract(signed_data, '$.signed_values') as varchar),
            '[{"plain_data": "VARCHAR", "signed_data": "VARCHAR"}]'
        ), recursive := true)
    from cdrs
    where upper(json_extract_string(signed_data, '$.encoding_method')) = 'OCMF'

),

-- OCMF|payload|signature; OCPI carries it in Base64, some senders as it is.
payloads as (

    select
        cdr_no,
        split_part(
            coalesce(
                case when plain_data ^@ 'OCMF|' then plain_data when signed_data ^@ 'OCMF|' then signed_data end,
                try(decode(from_base64(signed_data))),
                try(decode(from_base64(plain_data)))
            ), '|', 2
        ) as payload
    from texts

),

readings as (

    select
        cdr_no,
        upper(trim(json_extract_string(payload, '$.ID'))) as identification,
        unnest(from_json(
            cast(json_extract(payload, '$.RD') as varchar),
            '[{"TX": "VARCHAR", "RV": "VARCHAR", "RI": "VARCHAR", "RU": "VARCHAR", "EF": "VARCHAR", "ST": "VARCHAR"}]'
        ), recursive := true)
    from payloads
    where json_valid(payload)

),

-- A register of fed-back energy (OBIS 2.8) is another one.
typed as (

    select
        cdr_no,
        identification,
        upper(TX) as transaction_mark,
        coalesce(upper(ST), 'G') <> 'G' as has_bad_status,
        coalesce(trim(EF), '') <> '' as has_error_flag,
        cast({{ read_number('RV') }} * case when upper(RU) = 'WH' then 0.001 else 1 end as decimal(18, 6)) as register_kwh
    from readings
    where coalesce(RI not like '%2.8.%', true)

),

final as (

    select
        cdr_no,
        max(identification) as identification,
        bool_or(has_bad_status) as has_bad_status,
        bool_or(has_error_flag) as has_error_flag,
        min(register_kwh) filter (where transaction_mark = 'B') as begin_kwh,
        max(register_kwh) filter (where transaction_mark in ('E', 'L', 'R', 'A', 'P')) as end_kwh
    from typed
    group by cdr_no

)

select * from final
