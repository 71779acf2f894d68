-- Cards of ours whose uids are one uid written in several ways, under different contracts.
with codes as (

    select
        *,
        case when not is_uid_decimal then length(uid_digits) end as hex_length
    from {{ ref('int_token_codes') }}
    where card_code is not null and first_contract_code is not null

),

final as (

    select
        card_code,
        count(*) as uid_count,
        concat_ws(
            ', ',
            case when bool_or(is_uid_decimal) and not bool_and(is_uid_decimal) then 'decimal form' end,
            case when min(uid_bytes) <> max(uid_bytes) then 'order of bytes' end,
            case when min(hex_length) <> max(hex_length) then 'leading zeros' end,
            case when bool_or(uid_digits <> uid_code) then 'separators' end
        ) as difference
    from codes
    group by card_code
    having count(*) > 1 and min(first_contract_code) <> max(last_contract_code)

)

select * from final
