with mismatches as (

    select * from {{ ref('int_session_mismatches') }}

),

shifts as (

    select * from {{ ref('int_session_time_shifts') }}

),

final as (

    -- R59
    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        'session_cdr_mismatch' as rule_code,
        severity,
        observed,
        bound,
    from mismatches

    union all

    -- R23
    select
        'cdr' as object_type,
        cdr_key as object_key,
        cdr_label as object_label,
        partner,
        'timestamp_not_utc_or_shifted' as rule_code,
        cast(null as varchar) as severity,
        concat_ws(
            ', ',
            case when is_start_shifted then 'start ' || cast(start_delta_s as varchar) || ' s' end,
            case when is_end_shifted then 'end ' || cast(end_delta_s as varchar) || ' s' end
        ) as observed,
        time_zone as bound,
    from shifts

)

select * from final
