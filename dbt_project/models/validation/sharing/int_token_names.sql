-- Who charged, by each way in which partners name it. 2.1.1 names the contract (`auth_id`), and some put the uid there.
-- Tokens made for one use are left out.
with names as (

    select
        token_uid,
        token_type,
        contract_id,
        count(*) as cdr_count
    from {{ ref('fct_cdrs') }}
    where
        direction = 'inbound'
        and not is_credit
        and coalesce(token_uid, contract_id) is not null
        and token_type is distinct from 'AD_HOC_USER'
    group by token_uid, token_type, contract_id

),

codes as (

    select * from {{ ref('int_token_codes') }}

),

contracts as (

    select * from {{ ref('int_contract_tokens') }}

),

-- A code that stands for one uid of ours.
only_codes as (

    select
        card_code,
        min(uid_code) as uid_code
    from codes
    where card_code is not null
    group by card_code
    having count(*) = 1

),

only_uids as (

    select
        uid_code,
        min(token_type) as token_type
    from codes
    group by uid_code
    having count(*) = 1

),

coded as (

    select
        *,
        {{ contract_code('contract_id') }} as contract_code,
        {{ card_code_columns('token_uid', 'token_type') }}
    from names

),

final as (

    select
        coded.token_uid,
        coded.token_type,
        coded.contract_id,
        coded.cdr_count,
        coded.contract_code,
        coalesce(known.uid_code, only_codes.uid_code, contracts.only_uid_code, only_uids.uid_code) as known_uid_code,
        case
            when coded.token_uid is not null then coded.token_type
            else coalesce(contracts.only_token_type, only_uids.token_type)
        end as taken_token_type,
        coalesce(known_uid_code, coded.card_code, upper(coded.token_uid)) as taken_uid_code,
        coalesce(contracts.token_count > 1 and only_uids.uid_code is null, false) as is_of_several
    from coded
    left join codes as known
        on upper(coded.token_uid) = known.uid_code and coded.token_type is not distinct from known.token_type
    left join only_codes on coded.card_code = only_codes.card_code
    left join contracts on coded.token_uid is null and coded.contract_code = contracts.contract_code
    left join only_uids on coded.token_uid is null and upper(coded.contract_id) = only_uids.uid_code

)

select * from final
