-- 2.1.1 has no place for signed data. Without energy there is no value to sign, and at home the driver's own meter counts.
with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        location_country,
        token_type,
        token_uid,
        total_energy_kwh,
        not {{ is_ocpi_21('ocpi_version') }} and total_energy_kwh > 0 as may_be_signed
    from {{ ref('int_cdrs_judged') }}
    where not is_credit

),

details as (

    select
        cdr_no,
        coalesce(starts_with(signed_data, '{'), false) as is_signed,
        coalesce(json_extract_string(signed_data, '$.encoding_method') ilike 'OCMF%', false) as is_ocmf
    from {{ ref('stg_ocpi__cdr_details') }}
    where starts_with(signed_data, '{') or is_home_charging

),

meters as (

    select * from {{ ref('int_cdr_meter_values') }}

),

lawful_countries as (

    select country from {{ ref('calibration_law_countries') }}

),

settings as (

    {{ rule_settings([
        ['energy_unit_suspect', 'most_energy_kwh'], ['meter_register_not_monotonic', 'tolerance_kwh'],
    ]) }}

),

suspects as (

    select
        cdrs.*,
        settings.meter_register_not_monotonic__tolerance_kwh as tolerance_kwh,
        meters.begin_kwh,
        meters.end_kwh,
        meters.is_backwards,
        meters.gap_kwh > tolerance_kwh
        and cdrs.total_energy_kwh between 0 and settings.energy_unit_suspect__most_energy_kwh as is_apart,
        details.cdr_no is null as is_missing,
        case when details.is_ocmf then {{ names_where([
            ['no OCMF values', 'meters.cdr_no is null'],
            ['begin missing', 'not meters.has_begin'],
            ['end missing', 'not meters.has_end'],
            ['meter status not good', 'meters.has_bad_status'],
            ['error flag set', 'meters.has_error_flag'],
            ['error during charging', 'meters.has_exception'],
            ['driver not identified', 'meters.is_unidentified'],
            ['another card', "cdrs.token_type = 'RFID' and upper(cdrs.token_uid) not in (meters.card_uid, meters.reversed_card_uid)"],
        ]) }} end as ocmf_faults
    from cdrs
    left join details on cdrs.cdr_no = details.cdr_no
    left join meters on cdrs.cdr_no = meters.cdr_no
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    where
        details.is_signed
        or details.cdr_no is null and cdrs.may_be_signed
        and cdrs.location_country in (select lawful_countries.country from lawful_countries)

),

-- R39, R40: a total in the wrong unit is raised by itself; where calibration law holds, a CDR without signed data is held.
final as (

    {{ hits_where('cdr', 'suspects', [
        [
            'meter_register_not_monotonic', 'is_backwards or is_apart',
            "concat(" ~ number_text('begin_kwh') ~ ", ' to ', " ~ number_text('end_kwh') ~ ", ' kWh')",
            number_text('total_energy_kwh') ~ " || ' kWh'",
        ],
        ['signed_data_missing_or_invalid', 'is_missing', "'missing'", 'location_country', "'hold'"],
        ['signed_data_missing_or_invalid', 'ocmf_faults is not null', 'ocmf_faults'],
    ]) }}

)

select * from final
