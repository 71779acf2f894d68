-- Every CDR object that was received and could be read: what it was to us, and what it claimed.
with versions as (

    select
        cdr_key,
        cdr_version_hash,
        landing_seq,
        ordinal,
        received_at,
        cast(total_cost_excl_vat as decimal(38, 12)) as claimed_excl_vat,
    from {{ ref('stg_ocpi__cdrs') }}

),

receipts as (

    select * from {{ ref('int_cdr_receipts') }}

),

-- The same content can come back later as a version of its own; its claim is the same each time.
contents as (

    select
        cdr_key,
        cdr_version_hash,
        max(claimed_excl_vat) as claimed_excl_vat,
    from versions
    group by cdr_key, cdr_version_hash

),

duplicates as (

    select * from {{ ref('stg_raw__duplicates') }}
    where module = 'cdrs'

),

final as (

    select
        versions.cdr_key,
        versions.landing_seq,
        versions.ordinal,
        versions.received_at,
        case
            when versions.landing_seq = receipts.first_landing_seq and versions.ordinal = receipts.first_ordinal then 'first'
            else 'changed_resend'
        end as receipt_kind,
        versions.claimed_excl_vat,
    from versions
    inner join receipts
        on versions.cdr_key = receipts.cdr_key

    union all

    select
        duplicates.object_key as cdr_key,
        duplicates.landing_seq,
        duplicates.ordinal,
        duplicates.received_at,
        'duplicate' as receipt_kind,
        contents.claimed_excl_vat,
    from duplicates
    left join contents
        on
            duplicates.object_key = contents.cdr_key
            and duplicates.object_hash = contents.cdr_version_hash

)

select * from final
