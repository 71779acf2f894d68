-- How many tokens a contract ever had: where several, its name does not tell which of them charged.
with tokens as (

    select distinct
        upper(token_uid) as uid_code,
        token_type,
        {{ contract_code('contract_id') }} as contract_code
    from {{ ref('dim_tokens') }}
    where token_uid is not null and contract_id is not null

),

final as (

    select
        contract_code,
        count(*) as token_count,
        count(*) filter (where token_type = 'RFID') as card_count,
        case when count(*) = 1 then min(uid_code) end as only_uid_code,
        case when count(*) = 1 then min(token_type) end as only_token_type
    from tokens
    group by contract_code

)

select * from final
