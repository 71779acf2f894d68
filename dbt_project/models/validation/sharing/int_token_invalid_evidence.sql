-- R60: used after we saw the token as no longer valid. That holds until a valid version is seen, also where the token
-- left our export meanwhile; another valid token of the same uid is an excuse.
with versions as (

    select
        upper(token_uid) as uid_code,
        token_type,
        is_valid,
        seen_from_at,
        lag(is_valid) over (partition by token_key order by version_number) as was_valid,
        lead(seen_from_at) over (partition by token_key order by version_number) as next_seen_from_at
    from {{ ref('dim_tokens') }}

),

-- When it stopped to be valid; later versions that say so again tell nothing new.
invalid as (

    select * from versions
    where is_valid is false and was_valid is not false

),

valid as (

    select * from versions
    where is_valid is not false

),

tokens as (

    select * from {{ ref('int_shared_tokens') }}

),

uses as (

    select * from {{ ref('int_token_uses') }}

),

settings as (

    {{ rule_settings([['token_sharing_suspected', 'points_after_invalid']]) }}

),

final as (

    select
        uses.token_no,
        uses.rule_scope_no,
        'after_invalid' as heuristic,
        cast(settings.token_sharing_suspected__points_after_invalid as integer) as points,
        cast(null as bigint) as cdr_no_a,
        uses.cdr_no as cdr_no_b,
        uses.started_at as from_at,
        uses.started_at as to_at,
        min(cast((epoch_ms(uses.started_at) - epoch_ms(invalid.seen_from_at)) / 1000.0 as decimal(18, 3))) as gap_s
    from invalid
    inner join tokens
        on invalid.uid_code = tokens.known_uid_code and invalid.token_type is not distinct from tokens.token_type
    inner join uses on tokens.token_no = uses.token_no
    inner join settings on uses.rule_scope_no = settings.rule_scope_no
    left join valid
        on
            invalid.uid_code = valid.uid_code
            and invalid.token_type is not distinct from valid.token_type
            and uses.started_at >= valid.seen_from_at
            and coalesce(uses.started_at < valid.next_seen_from_at, true)
    where
        uses.started_at >= invalid.seen_from_at
        and valid.uid_code is null
    group by all

)

select * from final
