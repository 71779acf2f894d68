-- Our tokens whose uid cannot tell for sure whose contract pays. What is told is how many there are and how they
-- differ: identifiers are not published.
with tokens as (

    select
        *,
        upper(token_uid) as uid_code
    from {{ ref('dim_tokens') }}
    where is_current and is_valid is not false

),

codes as (

    select * from {{ ref('int_token_codes') }}

),

near_equal as (

    select * from {{ ref('int_near_equal_uids') }}

),

suspects as (

    select
        tokens.token_key,
        tokens.token_label,
        tokens.partner,
        codes.first_contract_code <> codes.last_contract_code as has_two_contracts,
        near_equal.card_code is not null as is_near_equal,
        near_equal.difference,
        near_equal.uid_count
    from tokens
    inner join codes on tokens.uid_code = codes.uid_code and tokens.token_type is not distinct from codes.token_type
    left join near_equal on codes.card_code = near_equal.card_code
    where codes.first_contract_code <> codes.last_contract_code or near_equal.card_code is not null

),

final as (

    select
        {{ hit_columns('token', 'token_uid_two_contracts', "'two contracts'") }}
    from suspects
    where has_two_contracts

    union all

    select
        {{ hit_columns('token', 'token_uid_near_equal', "concat(uid_count, ' uids: ', difference)") }}
    from suspects
    where is_near_equal

)

select * from final
