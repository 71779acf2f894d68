-- What is odd about the tariffs that a CDR is priced by. One pass finds the periods to speak of.
with oddities as (

    select * from {{ ref('int_tariff_oddities') }}

),

cdrs as (

    select
        cdr_no,
        coalesce(upper(currency), '-') as currency,
        time_zone is null as lacks_time_zone
    from {{ ref('fct_cdrs') }}

),

tariffs as (

    select
        bodies.tariff_no,
        bodies.tariff_id,
        coalesce(bodies.currency, '-') as currency,
        price_hashes.needs_local_time,
        bodies.tariff_no in (select oddities.tariff_no from oddities) as has_oddities
    from {{ ref('int_tariff_bodies') }} as bodies
    inner join {{ ref('int_tariff_price_hashes') }} as price_hashes
        on bodies.tariff_hash = price_hashes.tariff_hash

),

suspects as (

    select
        periods.cdr_no,
        tariffs.tariff_no,
        tariffs.tariff_id,
        tariffs.currency <> cdrs.currency as has_other_currency,
        cdrs.lacks_time_zone and tariffs.needs_local_time as lacks_time_zone
    from {{ ref('int_period_tariffs') }} as periods
    inner join tariffs
        on periods.tariff_no = tariffs.tariff_no
    inner join cdrs
        on periods.cdr_no = cdrs.cdr_no
    where
        tariffs.has_oddities
        or tariffs.currency <> cdrs.currency
        or (cdrs.lacks_time_zone and tariffs.needs_local_time)

),

found as (

    select
        suspects.cdr_no,
        oddities.code,
        oddities.detail
    from suspects
    inner join oddities
        on suspects.tariff_no = oddities.tariff_no
    union all
    select
        cdr_no,
        'tariff_currency_mismatch' as code,
        tariff_id as detail
    from suspects
    where has_other_currency
    union all
    select
        cdr_no,
        'time_zone_unknown' as code,
        tariff_id as detail
    from suspects
    where lacks_time_zone

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
