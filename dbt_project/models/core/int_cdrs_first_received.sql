{{ config(materialized='view') }}

with cdrs as (

    select * exclude (received_at) from {{ ref('stg_ocpi__cdrs') }}

),

receipts as (

    select * from {{ ref('int_cdr_receipts') }}

),

final as (

    select
        cdrs.*,
        receipts.first_received_at,
        receipts.last_received_at,
        receipts.version_count,
        receipts.content_count,
        receipts.resend_count,
        -- `#NA` stands for a reservation that never became a charging session (CdrLocation).
        case
            when coalesce(cdrs.evse_uid, cdrs.evse_id) <> '#NA' and cdrs.location_id is not null
                then {{ evse_key(
                    'cdrs.country_code', 'cdrs.party_id', 'cdrs.location_id', 'coalesce(cdrs.evse_uid, cdrs.evse_id)'
                ) }}
        end as evse_key,
        {{ object_key(
            'cdrs.receiving_country_code', 'cdrs.receiving_party_id', 'cdrs.country_code', 'cdrs.party_id', 'cdrs.location_id'
        ) }} as location_key
    from cdrs
    inner join receipts
        on cdrs.cdr_no = {{ record_no('receipts.first_landing_seq', 'receipts.first_ordinal') }}

)

select * from final
