-- Only CDRs that the versions we held price otherwise. A period whose tariff we did not know keeps the one it carries.
with changed as (

    select
        known.cdr_no,
        cdr_tariffs.session_started_at
    from {{ ref('int_cdr_known_tariffs') }} as known
    inner join {{ ref('int_cdr_tariffs') }} as cdr_tariffs
        on known.cdr_no = cdr_tariffs.cdr_no
    where known.prices_otherwise

),

states as (

    select * from {{ ref('int_period_tariffs') }}
    where tariff_no is not null

),

versions as (

    select * from {{ ref('int_known_versions') }}

),

final as (

    select
        states.cdr_no,
        states.period_index,
        coalesce(versions.known_tariff_no, states.tariff_no) as tariff_no
    from states
    inner join changed
        on states.cdr_no = changed.cdr_no
    left join versions
        on
            states.policy_no = versions.policy_no
            and states.tariff_no = versions.tariff_no
            and changed.session_started_at >= versions.seen_from_at
            and (versions.seen_to_at is null or changed.session_started_at < versions.seen_to_at)

)

select * from final
