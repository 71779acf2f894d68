-- The version of its tariff that we held when a session began, and whether any of its tariffs was priced otherwise then.
with states as (

    select * from {{ ref('int_period_states') }}
    where tariff_no is not null and tariff_count > 0

),

versions as (

    select * from {{ ref('int_known_versions') }}

),

final as (

    select
        states.cdr_no,
        min_by(versions.known_tariff_no, states.period_index) as known_tariff_no,
        bool_or(versions.prices_otherwise) as prices_otherwise
    from states
    inner join versions
        on
            states.policy_no = versions.policy_no
            and states.tariff_no = versions.tariff_no
            and states.session_started_at >= versions.seen_from_at
            and (versions.seen_to_at is null or states.session_started_at < versions.seen_to_at)
    group by states.cdr_no

)

select * from final
