with cdrs as (

    select
        cdr_no,
        cdr_key,
        cdr_label,
        partner,
        rule_scope_no,
        location_country,
        token_type,
        upper(token_uid) as plain_token_uid,
        total_energy_kwh
    from {{ ref('int_cdrs_judged') }}
    where not is_credit

),

signed as (

    select
        cdr_no,
        upper(json_extract_string(signed_data, '$.encoding_method')) as encoding_method
    from {{ ref('stg_ocpi__cdr_details') }}
    where json_type(signed_data) = 'OBJECT'

),

readings as (

    select * from {{ ref('int_cdr_meter_readings') }}

),

lawful_countries as (

    select country_alpha3 from {{ ref('calibration_law_countries') }}

),

settings as (

    {{ rule_settings([['meter_register_not_monotonic', 'tolerance_kwh']]) }}

),

suspects as (

    select
        cdrs.*,
        settings.meter_register_not_monotonic__tolerance_kwh,
        readings.begin_kwh,
        readings.end_kwh,
        signed.cdr_no is null and cdrs.location_country in (select country_alpha3 from lawful_countries) as lacks_signature,
        {{ names_where([
            ['no OCMF values', 'readings.cdr_no is null'],
            ['begin missing', 'readings.cdr_no is not null and readings.begin_kwh is null'],
            ['end missing', 'readings.cdr_no is not null and readings.end_kwh is null'],
            ['meter status not good', 'readings.has_bad_status'],
            ['error flag set', 'readings.has_error_flag'],
            ['another identification', "cdrs.token_type = 'RFID' and readings.identification <> cdrs.plain_token_uid"],
        ]) }} as ocmf_faults,
        signed.encoding_method = 'OCMF' as is_ocmf
    from cdrs
    left join signed on cdrs.cdr_no = signed.cdr_no
    left join readings on cdrs.cdr_no = readings.cdr_no
    inner join settings on cdrs.rule_scope_no = settings.rule_scope_no
    where signed.cdr_no is not null or lacks_signature

),

final as (

    -- R39, R40: where calibration law holds a missing signature holds the CDR.
    {{ hits_where('cdr', 'suspects', [
        [
            'meter_register_not_monotonic',
            'end_kwh < begin_kwh or abs(end_kwh - begin_kwh - total_energy_kwh) > meter_register_not_monotonic__tolerance_kwh',
            "concat(" ~ number_text('begin_kwh') ~ ", ' to ', " ~ number_text('end_kwh') ~ ", ' kWh')",
            "concat(" ~ number_text('total_energy_kwh') ~ ", ' kWh')",
        ],
        ['signed_data_missing_or_invalid', 'lacks_signature', "'missing'", 'location_country', "'hold'"],
        ['signed_data_missing_or_invalid', 'is_ocmf and ocmf_faults is not null', 'ocmf_faults'],
    ]) }}

)

select * from final
