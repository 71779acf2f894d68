-- Charges that tell of somebody at a place: energy was taken, the clock is in order, the EVSE is known, and nothing takes
-- it back or bills it twice. A plug without energy is often a failed start, and what lasts longer than any charge (R27)
-- is one that nobody ended.
with cdrs as (

    select * from {{ ref('int_cdrs_judged') }}
    where
        direction = 'inbound'
        and not is_credit
        and total_energy_kwh > 0
        and evse_key is not null
        and started_at is not null
        and epoch_ms(ended_at) - epoch_ms(started_at)
        <= case
            when connector_power_type like 'DC%'
                then cast({{ rule_parameter('duration_out_of_range', 'most_dc_h') }} * 3600000 as bigint)
            else cast({{ rule_parameter('duration_out_of_range', 'most_ac_h') }} * 3600000 as bigint)
        end

),

names as (

    select * from {{ ref('int_token_identities') }}

),

excluded as (

    select cdr_key from {{ ref('int_cdr_clock_checks') }}
    where has_clock_fault
    union all
    select original_cdr_key as cdr_key from {{ ref('int_cdr_credits') }}
    union all
    select cdr_key from {{ ref('int_cdr_duplicate_pairs') }}

),

final as (

    select
        cdrs.cdr_no,
        names.token_no,
        cdrs.rule_scope_no,
        names.contract_no,
        cdrs.started_at,
        cdrs.ended_at,
        epoch_ms(cdrs.started_at) as started_ms,
        epoch_ms(cdrs.ended_at) as ended_ms,
        {{ local_date('cdrs.started_at', 'cdrs.time_zone') }} as local_date,
        cdrs.total_energy_kwh,
        cast(cdrs.latitude as double) as latitude,
        cast(cdrs.longitude as double) as longitude
    from cdrs
    inner join names
        on
            cdrs.token_uid is not distinct from names.token_uid
            and cdrs.token_type is not distinct from names.token_type
            and cdrs.contract_id is not distinct from names.contract_id
    where cdrs.cdr_key not in (select excluded.cdr_key from excluded)

)

select * from final
