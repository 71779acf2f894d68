with tokens as (

    select * from {{ ref('stg_ocpi__tokens') }}

),

intervals as (

    select * from {{ ref('int_seen_intervals') }}
    where module = 'tokens'

),

final as (

    select
        md5(concat(tokens.token_key, '|', intervals.version_number)) as token_version_key,
        tokens.token_key,
        tokens.token_version_hash,
        tokens.token_label,
        tokens.partner,
        tokens.country_code,
        tokens.party_id,
        tokens.token_uid,
        tokens.token_type,
        tokens.contract_id,
        tokens.issuer,
        tokens.group_id,
        tokens.is_valid,
        tokens.whitelist,
        tokens.last_updated_at,
        intervals.version_number,
        intervals.seen_from_at,
        intervals.seen_to_at,
        intervals.is_current
    from tokens
    inner join intervals
        on
            tokens.token_key = intervals.object_key
            and tokens.landing_seq = intervals.landing_seq
            and tokens.ordinal = intervals.ordinal

)

select * from final
