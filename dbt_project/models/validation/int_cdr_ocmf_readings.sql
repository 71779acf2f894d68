-- The readings of signed meter values in OCMF, `OCMF|payload|signature`. OCPI carries that text in Base64, some senders
-- as it is. The signature is not checked: that takes the meter's key from somebody else than its sender.
with cdrs as (

    select
        cdr_no,
        from_json(signed_data, '{
            "encoding_method": "VARCHAR", "signed_values": [{"plain_data": "VARCHAR", "signed_data": "VARCHAR"}]
        }') as signed
    from {{ ref('stg_ocpi__cdr_details') }}
    where starts_with(signed_data, '{')

),

signed_values as (

    select
        cdr_no,
        generate_subscripts(signed.signed_values, 1) as text_position,
        unnest(signed.signed_values) as signed_value
    from cdrs
    where signed.encoding_method ilike 'OCMF%'

),

texts as (

    select
        cdr_no,
        text_position,
        coalesce(
            case when starts_with(signed_value.signed_data, 'OCMF|') then signed_value.signed_data end,
            try(decode(from_base64(signed_value.signed_data))),
            case when starts_with(signed_value.plain_data, 'OCMF|') then signed_value.plain_data end
        ) as ocmf
    from signed_values

),

-- A payload may hold a pipe; the last one begins the signature. What cannot be read holds no readings.
payloads as (

    select
        cdr_no,
        text_position,
        try(from_json(
            regexp_replace(substr(ocmf, 6), '\|\s*\{[^|]*$', ''),
            '{
                "IT": "VARCHAR", "IL": "VARCHAR", "ID": "VARCHAR",
                "RD": [{"TX": "VARCHAR", "RV": "VARCHAR", "RI": "VARCHAR", "RU": "VARCHAR", "EF": "VARCHAR", "ST": "VARCHAR"}]
            }'
        )) as payload
    from texts
    where starts_with(ocmf, 'OCMF|')

),

final as (

    select
        cdr_no,
        text_position,
        generate_subscripts(payload['RD'], 1) as reading_position,
        upper(payload['IT']) as identification_type,
        upper(payload['IL']) as identification_level,
        regexp_replace(upper(payload['ID']), '[^0-9A-Z]', '', 'g') as identification,
        unnest(payload['RD']) as reading
    from payloads

)

select * from final
