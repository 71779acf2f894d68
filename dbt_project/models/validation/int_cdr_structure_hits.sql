with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

final as (

    -- R01: a required field is absent; total_energy null is the missing kWh.
    select
        {{ hit_columns('cdr', 'cdr_required_fields_missing', 'missing_fields') }}
    from cdrs
    where missing_fields is not null

    union all

    -- R02: a value is there and cannot be read.
    select
        {{ hit_columns('cdr', 'cdr_field_type_invalid', 'unreadable_fields') }}
    from cdrs
    where unreadable_fields is not null

    union all

    -- R04, R07: a CDR is sealed; the same id with other content is another bill for the same session.
    select
        {{ hit_columns('cdr', 'cdr_duplicate_id', 'content_count', '1') }}
    from cdrs
    where content_count > 1

    union all

    -- R05: the same again, counted once.
    select
        {{ hit_columns('cdr', 'cdr_resend_identical', 'resend_count + version_count - content_count', '0') }}
    from cdrs
    where resend_count + version_count - content_count > 0

)

select * from final
