with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        country_code,
        party_id,
        currency,
        missing_fields,
        unreadable_fields,
        auth_method,
        token_type,
        content_count,
        resend_count + version_count - content_count as repeat_count,
        rule_scope_no
    from {{ ref('int_cdrs_judged') }}

),

currencies as (

    select currency from {{ ref('currencies') }}

),

mutations as (

    select * from {{ ref('int_cdr_mutations') }}

),

-- A hub sends what many parties made.
parties as (

    select
        partner,
        country_code,
        party_id
    from {{ ref('stg_config__partners') }}
    where
        partner not in (
            select hubs.partner from {{ ref('stg_config__partners') }} as hubs
            where hubs.role = 'HUB'
        )

),

suspects as (

    select
        cdrs.*,
        mutations.changed_fields,
        cdrs.currency not in (select currencies.currency from currencies) as has_odd_currency,
        {{ names_where([
            ['auth_method', "cdrs.auth_method not in ('AUTH_REQUEST', 'COMMAND', 'WHITELIST')"],
            ['cdr_token.type', "cdrs.token_type not in ('AD_HOC_USER', 'APP_USER', 'EMAID', 'OTHER', 'RFID')"],
        ]) }} as odd_enums,
        cdrs.partner in (select parties.partner from parties)
        and (cdrs.partner, cdrs.country_code, cdrs.party_id) not in (
            select (parties.partner, parties.country_code, parties.party_id) from parties
        ) as is_foreign
    from cdrs
    left join mutations on cdrs.cdr_no = mutations.cdr_no
    where
        cdrs.missing_fields is not null
        or cdrs.unreadable_fields is not null
        or cdrs.content_count > 1
        or cdrs.repeat_count > 0
        or has_odd_currency
        or odd_enums is not null
        or is_foreign

),

-- R01, R02, R04, R05, R07, R08. Enumerations that no price and no bill follows from are a warning.
final as (

    {{ hits_where('cdr', 'suspects', [
        ['cdr_required_fields_missing', 'missing_fields is not null', 'missing_fields'],
        [
            'cdr_field_type_invalid', 'unreadable_fields is not null or has_odd_currency or odd_enums is not null',
            "concat_ws(',', unreadable_fields, case when has_odd_currency then 'currency' end, odd_enums)", none,
            "case when unreadable_fields is null and not coalesce(has_odd_currency, false) then 'warn' end",
        ],
        ['cdr_duplicate_id', 'content_count > 1 and changed_fields is null', 'content_count', '1'],
        ['cdr_resend_identical', 'repeat_count > 0', 'repeat_count', '0'],
        ['cdr_mutated_after_receipt', 'changed_fields is not null', 'changed_fields'],
        ['foreign_party_object', 'is_foreign', "concat(country_code, '*', party_id)"],
    ]) }}

)

select * from final
