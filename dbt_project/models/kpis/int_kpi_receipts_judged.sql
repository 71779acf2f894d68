-- Every CDR object received, and whether it repeats another one by id or by content.
with received as (

    select * from {{ ref('int_received_cdrs') }}

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

repeated_contents as (

    select * from {{ ref('fct_findings') }}
    where object_type = 'cdr' and code = 'cdr_duplicate_content'

),

final as (

    select
        received.landing_seq,
        received.ordinal,
        cdrs.partner,
        {{ utc_date('received.received_at') }} as received_date,
        received.receipt_kind <> 'first' or repeated_contents.object_key is not null as is_repeat,
        {{ elapsed_s('received.received_at', as_of()) }}
        < {{ rule_parameter('kpi', 'provisional_h') }} * 3600 as is_provisional,
    from received
    inner join cdrs
        on received.cdr_key = cdrs.cdr_key
    left join repeated_contents
        on received.cdr_key = repeated_contents.object_key

)

select * from final
