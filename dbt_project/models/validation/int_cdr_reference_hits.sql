with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

evses as (

    select distinct evse_key from {{ ref('dim_evses') }}

),

partners_with_locations as (

    select distinct partner from {{ ref('dim_evses') }}

),

tokens as (

    select * from {{ ref('dim_tokens') }}

),

our_providers as (

    select concat(country_code, party_id) as provider from {{ ref('stg_config__our_parties') }}
    where role = 'EMSP'

),

-- 2.1.1 names the token by its contract (auth_id); some partners put the uid there.
known_tokens as (

    select concat(upper(token_uid), '|', token_type) as token_name from tokens
    union
    select concat(upper(contract_id), '|') as token_name from tokens
    union
    select concat(upper(token_uid), '|') as token_name from tokens

),

final as (

    -- R12: not judged for a partner that has sent no Locations at all.
    select
        {{ hit_columns('cdr', 'evse_unknown', "concat(location_id, '/', evse_uid)") }}
    from cdrs
    where
        evse_key is not null
        and partner in (select partners_with_locations.partner from partners_with_locations)
        and evse_key not in (select evses.evse_key from evses)

    union all

    -- R18: not judged until tokens of ours are loaded; what others charge at our stations is their token.
    select
        {{ hit_columns('cdr', 'token_unknown', "coalesce(token_type, 'auth_id')") }}
    from cdrs
    where
        direction = 'inbound'
        and coalesce(token_uid, contract_id) is not null
        and exists (select 1 from tokens)
        and concat(upper(coalesce(token_uid, contract_id)), '|', case when token_uid is not null then token_type end)
        not in (
            select known_tokens.token_name from known_tokens
            where known_tokens.token_name is not null
        )

    union all

    -- R18: a CDR of 2.2 and later names the provider of its token. Not judged until a provider of ours is configured.
    select
        {{ hit_columns('cdr', 'token_of_another_party', 'concat(token_country_code, token_party_id)') }}
    from cdrs
    where
        direction = 'inbound'
        and token_country_code is not null
        and token_party_id is not null
        and exists (select 1 from our_providers)
        and concat(token_country_code, token_party_id) not in (select our_providers.provider from our_providers)

    union all

    -- R15
    select
        {{ hit_columns('cdr', 'contract_id_format', 'length(contract_id)') }}
    from cdrs
    where not {{ is_contract_id('contract_id') }}

)

select * from final
