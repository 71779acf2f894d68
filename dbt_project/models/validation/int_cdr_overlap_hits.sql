-- R30: one EVSE serves one car at a time. Nothing tells which of two CDRs is wrong, so both are named; what R06 or R58
-- takes for the same session billed again is left to them.
with duplicates as (

    select cdr_no from {{ ref('int_cdr_duplicate_pairs') }}

),

cdrs as (

    select
        *,
        epoch_us(started_at) as started_us,
        epoch_us(ended_at) as ended_us
    from {{ ref('int_cdrs_comparable') }}
    where
        ended_at is not null
        and cdr_no not in (select duplicates.cdr_no from duplicates)

),

settings as (

    {{ rule_settings([['session_overlap_same_evse', 'tolerance_s']]) }}

),

overlapping as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.rule_scope_no,
        others.cdr_label as other_cdr_label,
        (least(cdrs.ended_us, others.ended_us) - greatest(cdrs.started_us, others.started_us)) / 1000000.0 as overlap_s
    from cdrs
    inner join cdrs as others
        on
            cdrs.evse_key = others.evse_key
            and cdrs.cdr_no <> others.cdr_no
            and cdrs.started_us < others.ended_us
            and cdrs.ended_us > others.started_us
            and (cdrs.partner <> others.partner or coalesce(cdrs.session_name <> others.session_name, true))

),

longest as (

    select
        overlapping.cdr_key,
        overlapping.cdr_label,
        overlapping.partner,
        max(overlapping.overlap_s) as overlap_s,
        max_by(overlapping.other_cdr_label, row(overlapping.overlap_s, overlapping.other_cdr_label)) as other_cdr_label,
        any_value(settings.session_overlap_same_evse__tolerance_s) as tolerance_s
    from overlapping
    inner join settings on overlapping.rule_scope_no = settings.rule_scope_no
    where overlapping.overlap_s > settings.session_overlap_same_evse__tolerance_s
    group by overlapping.cdr_key, overlapping.cdr_label, overlapping.partner

),

final as (

    select
        {{ hit_columns(
            'cdr', 'session_overlap_same_evse',
            "concat(" ~ number_text('overlap_s') ~ ", ' s, ', other_cdr_label)",
            "concat(" ~ number_text('tolerance_s') ~ ", ' s')"
        ) }}
    from longest

)

select * from final
