-- The version of its tariff that we held when a session began, and whether any of its tariffs was priced otherwise then.
with cdr_tariffs as (

    select * from {{ ref('int_cdr_tariffs') }}

),

periods as (

    select * from {{ ref('int_period_tariffs') }}

),

versions as (

    select * from {{ ref('int_known_versions') }}

),

carried as (

    select
        cdr_no,
        policy_no,
        session_started_at,
        tariff_no,
        0 as period_index
    from cdr_tariffs
    where tariff_count = 1
    union all
    select
        periods.cdr_no,
        periods.policy_no,
        cdr_tariffs.session_started_at,
        periods.tariff_no,
        periods.period_index
    from periods
    inner join cdr_tariffs
        on periods.cdr_no = cdr_tariffs.cdr_no
    where periods.tariff_count > 1 and periods.tariff_no is not null

),

held as (

    select
        carried.*,
        versions.known_tariff_no,
        versions.prices_otherwise
    from carried
    inner join versions
        on
            carried.policy_no = versions.policy_no
            and carried.tariff_no = versions.tariff_no
            and carried.session_started_at >= versions.seen_from_at
            and (versions.seen_to_at is null or carried.session_started_at < versions.seen_to_at)

),

final as (

    select
        cdr_no,
        min_by(known_tariff_no, period_index) as known_tariff_no,
        bool_or(prices_otherwise) as prices_otherwise
    from held
    group by cdr_no

)

select * from final
