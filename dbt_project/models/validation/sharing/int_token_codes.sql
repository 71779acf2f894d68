-- Our tokens by uid, for comparing: every spelling of a card's uid has one code.
with tokens as (

    select
        *,
        upper(token_uid) as uid_code,
        {{ contract_code('contract_id') }} as contract_code,
        coalesce(seen_to_at, timestamptz '9999-12-30 00:00:00+00') as held_to_at
    from {{ ref('dim_tokens') }}
    where token_uid is not null

),

valid as (

    select * from tokens
    where is_valid is not false

),

-- Held under two contracts at the same time; a token that moves from one contract to another never is.
doubles as (

    select distinct
        ones.uid_code,
        ones.token_type
    from valid as ones
    inner join valid as others
        on
            ones.uid_code = others.uid_code
            and ones.token_type is not distinct from others.token_type
            and ones.contract_code < others.contract_code
            and ones.seen_from_at < others.held_to_at
            and ones.held_to_at > others.seen_from_at

),

grouped as (

    select
        uid_code,
        token_type,
        bool_or(group_id is not null) as has_group,
        bool_or(is_valid is false) as was_invalid,
        min(contract_code) filter (where is_current and is_valid is not false) as first_contract_code,
        max(contract_code) filter (where is_current and is_valid is not false) as last_contract_code
    from tokens
    group by uid_code, token_type

),

final as (

    select
        grouped.*,
        doubles.uid_code is not null as has_two_contracts,
        {{ card_code_columns('grouped.uid_code', 'grouped.token_type') }}
    from grouped
    left join doubles
        on
            grouped.uid_code = doubles.uid_code
            and grouped.token_type is not distinct from doubles.token_type

)

select * from final
