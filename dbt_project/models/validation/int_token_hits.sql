with tokens as (

    select tokens.*
    from {{ ref('stg_ocpi__tokens') }} as tokens
    inner join {{ ref('int_seen_intervals') }} as intervals
        on
            intervals.module = 'tokens'
            and tokens.token_key = intervals.object_key
            and tokens.landing_seq = intervals.landing_seq
            and tokens.ordinal = intervals.ordinal
    where intervals.is_current

),

final as (

    select
        {{ hit_columns('token', 'token_required_fields_missing', 'missing_fields') }}
    from tokens
    where missing_fields is not null

    union all

    -- R15
    select
        {{ hit_columns('token', 'contract_id_format', 'length(contract_id)') }}
    from tokens
    where not {{ is_contract_id('contract_id') }}

    union all

    -- R17
    select
        {{ hit_columns('token', 'rfid_uid_format', 'length(token_uid)') }}
    from tokens
    where
        token_type = 'RFID'
        and not regexp_full_match(token_uid, '[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20}', 'i')

)

select * from final
