-- The readings of signed meter values in OCMF, `OCMF|payload|signature`. OCPI carries that text in Base64, some senders
-- as it is. The signature is not checked: that takes the meter's key from somebody else than its sender.
with cdrs as (

    select
        cdr_no,
        signed_data
    from {{ ref('stg_ocpi__cdr_details') }}
    where json_type(signed_data) = 'OBJECT' and json_extract_string(signed_data, '$.encoding_method') ilike 'OCMF%'

),

signed_values as (

    select
        cdr_no,
        unnest(from_json(
            json_extract(signed_data, '$.signed_values'), '[{"plain_data": "VARCHAR", "signed_data": "VARCHAR"}]'
        )) as signed_value
    from cdrs

),

texts as (

    select
        cdr_no,
        row_number() over (order by cdr_no) as text_no,
        coalesce(
            case when starts_with(signed_value.signed_data, 'OCMF|') then signed_value.signed_data end,
            try(decode(from_base64(signed_value.signed_data))),
            case when starts_with(signed_value.plain_data, 'OCMF|') then signed_value.plain_data end
        ) as ocmf
    from signed_values

),

-- A payload may hold a pipe; the last one begins the signature.
payloads as (

    select
        cdr_no,
        text_no,
        regexp_replace(substr(ocmf, 6), '\|\s*\{[^|]*$', '') as payload
    from texts
    where starts_with(ocmf, 'OCMF|') and json_valid(payload)

),

listed as (

    select
        *,
        from_json(
            json_extract(payload, '$.RD'),
            '[{"TX": "VARCHAR", "RV": "VARCHAR", "RI": "VARCHAR", "RU": "VARCHAR", "EF": "VARCHAR", "ST": "VARCHAR"}]'
        ) as entries
    from payloads

),

final as (

    select
        cdr_no,
        text_no,
        generate_subscripts(entries, 1) as position,
        upper(json_extract_string(payload, '$.IT')) as identification_type,
        upper(json_extract_string(payload, '$.IL')) as identification_level,
        regexp_replace(upper(json_extract_string(payload, '$.ID')), '[^0-9A-Z]', '', 'g') as identification,
        unnest(entries) as reading
    from listed

)

select * from final
