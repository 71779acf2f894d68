-- What is odd about the tariffs that a CDR is priced by.
with states as (

    select * from {{ ref('int_period_tariffs') }}
    where tariff_no is not null

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

oddities as (

    select * from {{ ref('int_tariff_oddities') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

price_hashes as (

    select * from {{ ref('int_tariff_price_hashes') }}

),

found as (

    select
        states.cdr_no,
        oddities.code,
        oddities.detail
    from states
    inner join oddities
        on states.tariff_no = oddities.tariff_no
    union all
    select
        states.cdr_no,
        'tariff_currency_mismatch' as code,
        bodies.tariff_id as detail
    from states
    inner join bodies
        on states.tariff_no = bodies.tariff_no
    inner join cdrs
        on states.cdr_no = cdrs.cdr_no
    where coalesce(bodies.currency, '-') <> coalesce(upper(cdrs.currency), '-')
    union all
    select
        states.cdr_no,
        'time_zone_unknown' as code,
        bodies.tariff_id as detail
    from states
    inner join bodies
        on states.tariff_no = bodies.tariff_no
    inner join price_hashes
        on bodies.tariff_hash = price_hashes.tariff_hash
    inner join cdrs
        on states.cdr_no = cdrs.cdr_no
    where cdrs.time_zone is null and price_hashes.needs_local_time
    union all
    select
        states.cdr_no,
        'tax_bases_mixed' as code,
        min(bodies.tax_treatment) || ', ' || max(bodies.tax_treatment) as detail
    from states
    inner join bodies
        on states.tariff_no = bodies.tariff_no
    where states.tariff_count > 1
    group by states.cdr_no
    having min(bodies.tax_treatment) <> max(bodies.tax_treatment)

),

final as (

    select
        cdr_no,
        code,
        cast(null as integer) as period_index,
        min(detail) as detail
    from found
    group by cdr_no, code

)

select * from final
