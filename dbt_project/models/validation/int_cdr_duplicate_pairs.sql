-- R06: token, EVSE, start and energy agree under two ids. The later of the two is the doubtful one.
with cdrs as (

    select * from {{ ref('int_cdrs_comparable') }}
    where token_name is not null

),

settings as (

    {{ rule_settings([['cdr_duplicate_content', 'start_gap_s'], ['cdr_duplicate_content', 'energy_kwh']]) }}

),

final as (

    select
        later.cdr_no,
        later.cdr_key,
        later.cdr_label,
        later.partner,
        min(earlier.cdr_label) as earlier_cdr_label
    from cdrs as later
    inner join settings on later.rule_scope_no = settings.rule_scope_no
    inner join cdrs as earlier
        on
            later.evse_key = earlier.evse_key
            and later.token_name = earlier.token_name
            and row(later.first_received_at, later.cdr_label) > row(earlier.first_received_at, earlier.cdr_label)
            and abs(epoch_us(earlier.started_at) - epoch_us(later.started_at))
            <= settings.cdr_duplicate_content__start_gap_s * 1000000
            and abs(later.total_energy_kwh - earlier.total_energy_kwh) <= settings.cdr_duplicate_content__energy_kwh
    group by later.cdr_no, later.cdr_key, later.cdr_label, later.partner

)

select * from final
