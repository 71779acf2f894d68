with faults as (

    select * from {{ ref('int_cdr_credit_faults') }}

),

replacements as (

    select * from {{ ref('int_cdr_replacement_pairs') }}

),

final as (

    -- R57: an original that may still come is no reason to send the credit back.
    select
        {{ hit_columns(
            'cdr', 'credit_cdr_integrity', "case when is_original_awaited then 'original awaited' else faults end",
            'case when is_original_awaited then ' ~ timestamp_text('awaited_until_at') ~ ' end',
            "case when is_original_awaited then 'hold' end"
        ) }}
    from faults

    union all

    -- R58
    select
        {{ hit_columns('cdr', 'replacement_without_credit', 'earlier_cdr_label') }}
    from replacements

)

select * from final
