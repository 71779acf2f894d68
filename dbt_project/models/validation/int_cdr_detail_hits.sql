-- What is read of a CDR for these rules alone, in one pass.
{%- set lengths = [
    ['session_id', 'session_id', 36], ['authorization_reference', 'authorization_reference', 36],
    ['cdr_token.uid', 'token_uid', 36], ['cdr_token.contract_id', 'contract_id', 36],
    ['location.id', 'location_id', 36], ['location.name', 'location_name', 255], ['location.city', 'location_city', 45],
    ['location.evse_uid', 'evse_uid', 36], ['location.evse_id', 'evse_id', 48], ['location.connector_id', 'connector_id', 36],
    ['meter_id', 'meter_id', 255], ['remark', 'remark', 255],
] %}

with cdrs as (

    select * from {{ ref('int_cdrs_judged') }}

),

details as (

    select * from {{ ref('stg_ocpi__cdr_details') }}

),

unknown_lists as (

    select * from {{ ref('int_cdr_unknown_fields') }}

),

settings as (

    {{ rule_settings([
        ['cdr_field_too_long', 'address'], ['cdr_field_too_long', 'postal_code'],
        ['cdr_id_too_long', 'most_characters'], ['cdr_id_too_long', 'most_characters_of_credit'],
    ]) }}

),

suspects as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        unknown_lists.unknown_fields,
        length(cdrs.cdr_id) as id_length,
        case
            when cdrs.is_credit then settings.cdr_id_too_long__most_characters_of_credit
            else settings.cdr_id_too_long__most_characters
        end as most_id_length,
        {%- set checks = [
            ['location.address', 'length(details.location_address) > settings.cdr_field_too_long__address'],
            ['location.postal_code', 'length(details.location_postal_code) > settings.cdr_field_too_long__postal_code'],
        ] %}
        {%- for name, column, most in lengths %}
        {%- set source = 'details' if column in ('location_name', 'location_city', 'meter_id') else 'cdrs' %}
        {%- do checks.append([name, 'length(' ~ source ~ '.' ~ column ~ ') > ' ~ most]) %}
        {%- endfor %}
        {{ names_where(checks) }} as long_fields
    from cdrs
    inner join details on cdrs.cdr_no = details.cdr_no
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    left join unknown_lists
        on
            details.ocpi_version = unknown_lists.ocpi_version
            and details.field_names = unknown_lists.field_names
    where unknown_lists.unknown_fields is not null or id_length > most_id_length or long_fields is not null

),

-- R02, R03, R09
final as (

    {{ hits_where('cdr', 'suspects', [
        ['cdr_field_too_long', 'long_fields is not null', 'long_fields'],
        ['cdr_id_too_long', 'id_length > most_id_length', 'id_length', number_text('most_id_length')],
        ['unknown_extension_fields', 'unknown_fields is not null', 'unknown_fields'],
    ]) }}

)

select * from final
