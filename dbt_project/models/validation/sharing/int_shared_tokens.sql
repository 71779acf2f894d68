-- What is known of each token that was used more than once, whichever way partners name it.
with identities as (

    select * from {{ ref('int_token_identities') }}

),

final as (

    select
        token_no,
        max(known_uid_code) as known_uid_code,
        max(taken_uid_code) as token_uid,
        max(taken_token_type) as token_type,
        case when min(contract_id) = max(contract_id) then min(contract_id) end as contract_id,
        bool_or(is_of_several) as is_of_several,
        bool_or(has_two_contracts) as has_two_contracts,
        bool_or(has_group) as has_group,
        coalesce(max(card_count), 0) as card_count
    from identities
    group by token_no

)

select * from final
