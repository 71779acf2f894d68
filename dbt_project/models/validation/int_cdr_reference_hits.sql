-- Whose token it was. Not judged until tokens and a provider of ours are known; what others charge at our stations is
-- their token.
with cdrs as (

    select
        cdr_key,
        cdr_label,
        partner,
        upper(coalesce(token_uid, contract_id)) as token_code,
        case when token_uid is not null then token_type end as named_type,
        token_country_code,
        token_party_id
    from {{ ref('fct_cdrs') }}
    where direction = 'inbound'

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

suspects as (

    select
        cdrs.*,
        cdrs.token_code is not null
        and exists (select 1 from tokens)
        and concat(cdrs.token_code, '|', cdrs.named_type) not in (
            select known_tokens.token_name from known_tokens
            where known_tokens.token_name is not null
        ) as is_token_unknown,
        exists (select 1 from our_providers)
        and cdrs.token_country_code is not null
        and cdrs.token_party_id is not null
        and concat(cdrs.token_country_code, cdrs.token_party_id) not in (select our_providers.provider from our_providers)
            as is_of_another_party
    from cdrs
    where is_token_unknown or is_of_another_party

),

-- R18: a CDR of 2.2 and later names the provider of its token.
final as (

    {{ hits_where('cdr', 'suspects', [
        ['token_unknown', 'is_token_unknown', "coalesce(named_type, 'auth_id')"],
        ['token_of_another_party', 'is_of_another_party', 'concat(token_country_code, token_party_id)'],
    ]) }}

)

select * from final
