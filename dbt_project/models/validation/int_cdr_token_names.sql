-- Each way in which CDRs name a token, once, with what is wrong about it, whoever charged when.
with cdrs as (

    select distinct
        token_uid,
        token_type,
        contract_id,
        ocpi_version
    from {{ ref('fct_cdrs') }}
    where contract_id is not null or token_uid is not null

),

digits as (

    select * from {{ ref('int_contract_check_digits') }}

),

-- All contracts that a token of ours ever had.
tokens as (

    select
        upper(token_uid) as uid_code,
        token_type,
        count(distinct {{ plain_contract_id('contract_id') }}) as contract_count,
        min({{ plain_contract_id('contract_id') }}) as only_contract
    from {{ ref('dim_tokens') }}
    group by upper(token_uid), token_type

),

final as (

    select
        cdrs.token_uid,
        cdrs.token_type,
        cdrs.contract_id,
        not {{ is_contract_id('cdrs.contract_id') }} as is_contract_malformed,
        digits.told_digit <> digits.right_digit as is_check_digit_wrong,
        cdrs.token_type = 'RFID'
        and not regexp_full_match(cdrs.token_uid, '[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20}', 'i') as is_uid_malformed,
        -- In 2.1.1 the contract is the token's only name.
        not {{ is_ocpi_21('cdrs.ocpi_version') }}
        and (tokens.contract_count > 1 or {{ plain_contract_id('cdrs.contract_id') }} <> tokens.only_contract) as may_be_of_another
    from cdrs
    left join digits on cdrs.contract_id = digits.contract_id
    left join tokens
        on
            upper(cdrs.token_uid) = tokens.uid_code
            and cdrs.token_type = tokens.token_type

)

select distinct * from final
where is_contract_malformed or is_check_digit_wrong or is_uid_malformed or may_be_of_another
