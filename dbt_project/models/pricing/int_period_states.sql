-- What restrictions look at, for CDRs whose tariff leaves more than one component to choose from.
with known as (

    select distinct cdr_no from {{ ref('int_known_period_tariffs') }}

),

periods as (

    select
        periods.*,
        known.cdr_no is not null as has_known
    from {{ ref('int_period_tariffs') }} as periods
    left join known
        on periods.cdr_no = known.cdr_no
    where periods.is_contested or known.cdr_no is not null

),

{{ period_states('needs_energy or has_known') }}

select * {{ all_but('started_at, ended_at, time_zone, tariff_id') }} from final
