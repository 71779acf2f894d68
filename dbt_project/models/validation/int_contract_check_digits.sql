-- Each contract id that carries a check digit, once, with the digit that follows from its other characters. ISO 15118: 14
-- characters and one; DIN 91286: 11 and one. Without separators 15 characters are ISO, 12 are DIN; both without
-- a digit (14 and 11) have nothing to check.
with checked as (

    select * from {{ ref('int_contract_ids') }}

),

characters as (

    select
        contract_id,
        length(body) as body_length,
        generate_subscripts(string_split(body, ''), 1) as position,
        {{ character_code("unnest(string_split(body, ''))") }} as code
    from checked

),

iso as (

    select
        characters.contract_id,
        sum(characters.code // 18 * weights.p11 + characters.code // 9 % 2 * weights.p21) % 2 as a1,
        sum(characters.code // 18 * weights.p12 + characters.code // 9 % 2 * weights.p22) % 2 as a2,
        sum(characters.code % 9 // 3 * weights.q11 + characters.code % 9 % 3 * weights.q21) % 3 as b1,
        sum(characters.code % 9 // 3 * weights.q12 + characters.code % 9 % 3 * weights.q22) % 3 as b2
    from characters
    inner join {{ ref('contract_id_weights') }} as weights on characters.position = weights.position
    where characters.body_length = 14
    group by characters.contract_id

),

din as (

    select
        contract_id,
        string_agg(cast(code as varchar), '' order by position) as digits
    from characters
    where body_length = 11
    group by contract_id

),

din_places as (

    select
        contract_id,
        generate_subscripts(string_split(digits, ''), 1) as place,
        cast(unnest(string_split(digits, '')) as bigint) as digit
    from din

),

digits as (

    select
        contract_id,
        {{ character_of('9 * (2 * a1 + a2) + 3 * (2 * b2 % 3) + (2 * b1 + b2) % 3') }} as right_digit
    from iso
    union all
    select
        contract_id,
        coalesce(nullif(cast(sum(digit << (place - 1)) % 11 as varchar), '10'), 'X') as right_digit
    from din_places
    group by contract_id

),

final as (

    select
        checked.contract_id,
        checked.told_digit,
        digits.right_digit
    from checked
    inner join digits on checked.contract_id = digits.contract_id

)

select * from final
