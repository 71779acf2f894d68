-- The names that stand for one token get one number. A token used once tells nothing, unless it must not have been used.
with names as (

    select
        *,
        case
            when taken_uid_code is not null then concat('uid|', taken_token_type, '|', taken_uid_code)
            else concat('contract|', contract_code)
        end as identity
    from {{ ref('int_token_names') }}

),

codes as (

    select * from {{ ref('int_token_codes') }}

),

contracts as (

    select * from {{ ref('int_contract_tokens') }}

),

used as (

    select
        *,
        sum(cdr_count) over (partition by identity) as token_cdr_count
    from names

),

-- Which contracts count as two: of a token of ours those under which we hold it at once, of others all well-formed ones.
numbered as (

    select
        used.token_uid,
        used.token_type,
        used.contract_id,
        cast(dense_rank() over (order by used.identity) as integer) as token_no,
        case
            when used.token_uid is null then null
            when used.known_uid_code is not null and codes.has_two_contracts then used.contract_code
            when used.known_uid_code is null and {{ is_contract_id('used.contract_id') }} then used.contract_code
        end as counted_contract_code,
        used.known_uid_code,
        used.taken_uid_code,
        used.taken_token_type,
        used.is_of_several,
        coalesce(codes.has_two_contracts, false) as has_two_contracts,
        coalesce(codes.has_group, false) as has_group,
        contracts.card_count
    from used
    left join codes
        on
            used.known_uid_code = codes.uid_code
            and used.taken_token_type is not distinct from codes.token_type
    left join contracts on used.contract_code = contracts.contract_code
    where used.token_cdr_count > 1 or codes.was_invalid

),

final as (

    select
        * exclude (counted_contract_code),
        -- Numbers, because texts would be carried through every window over a token's uses.
        case
            when counted_contract_code is not null then cast(dense_rank() over (order by counted_contract_code) as integer)
        end as contract_no
    from numbered

)

select * from final
