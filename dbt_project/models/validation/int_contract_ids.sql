-- Where separators stand they tell what is what; a DIN id of 12 characters ends in a digit or X.
with contract_ids as (

    select contract_id from {{ ref('fct_cdrs') }}
    where contract_id is not null
    union
    select contract_id from {{ ref('dim_tokens') }}
    where contract_id is not null

),

plain as (

    select
        contract_id,
        {{ plain_contract_id('contract_id') }} as plain_id
    from contract_ids
    where {{ is_contract_id('contract_id') }}

),

final as (

    select
        contract_id,
        right(plain_id, 1) as told_digit,
        left(plain_id, length(plain_id) - 1) as body
    from plain
    where length(plain_id) = 15 or (length(plain_id) = 12 and regexp_matches(plain_id, '[0-9X]$'))

)

select * from final
