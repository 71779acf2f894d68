with names as (

    select * from {{ ref('int_cdr_evse_names') }}

),

suspects as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.evse_id,
        cdrs.evse_uid,
        concat(cdrs.country_code, cdrs.party_id) as party,
        left(names.plain_evse_id, 5) as operator,
        names.is_malformed,
        names.is_of_another_operator,
        names.is_swapped
    from {{ ref('fct_cdrs') }} as cdrs
    inner join names
        on
            cdrs.partner = names.partner
            and cdrs.evse_id = names.evse_id
            and cdrs.evse_uid is not distinct from names.evse_uid
            and cdrs.country_code = names.country_code
            and cdrs.party_id = names.party_id

),

-- R10, R11, R13
final as (

    {{ hits_where('cdr', 'suspects', [
        ['evse_id_format', 'is_malformed', 'evse_id'],
        ['evse_id_operator_mismatch', 'is_of_another_operator', 'operator', 'party'],
        ['evse_id_uid_swapped', 'is_swapped', 'evse_uid', 'evse_id'],
    ]) }}

)

select * from final
