with names as (

    select * from {{ ref('int_cdr_token_names') }}

),

tokens as (

    select
        *,
        case when version_number > 1 then seen_from_at end as holds_from_at
    from {{ ref('dim_tokens') }}

),

suspects as (

    select
        cdrs.cdr_no,
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.direction,
        cdrs.token_type,
        cdrs.started_at,
        cdrs.token_uid,
        cdrs.contract_id,
        names.is_contract_malformed,
        names.is_check_digit_wrong,
        names.is_uid_malformed,
        names.may_be_of_another
    from {{ ref('fct_cdrs') }} as cdrs
    inner join names
        on
            cdrs.contract_id is not distinct from names.contract_id
            and cdrs.token_uid is not distinct from names.token_uid
            and cdrs.token_type is not distinct from names.token_type

),

-- The contract that the token had when the session began; the oldest one that we know holds for all time before.
mismatched as (

    select distinct
        suspects.cdr_key,
        suspects.cdr_label,
        suspects.partner
    from suspects
    inner join tokens
        on
            upper(suspects.token_uid) = upper(tokens.token_uid)
            and suspects.token_type = tokens.token_type
            and coalesce(suspects.started_at >= tokens.holds_from_at, true)
            and coalesce(suspects.started_at < tokens.seen_to_at, true)
    where
        suspects.may_be_of_another
        and suspects.direction = 'inbound'
        and {{ plain_contract_id('suspects.contract_id') }} <> {{ plain_contract_id('tokens.contract_id') }}

),

final as (

    -- R15, R16, R17: what is told is a length; identifiers are not published.
    {{ hits_where('cdr', 'suspects', [
        ['contract_id_format', 'is_contract_malformed', 'length(contract_id)'],
        ['contract_id_check_digit', 'is_check_digit_wrong', 'length(contract_id)'],
        ['rfid_uid_format', 'is_uid_malformed', 'length(token_uid)'],
    ]) }}
    union all
    -- R19
    {{ hits_where('cdr', 'mismatched', [['token_contract_mismatch', 'true', "'another contract'"]]) }}

)

select * from final
