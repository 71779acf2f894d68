-- What is odd about the tariffs that a CDR is priced by. One pass finds the periods to speak of.
with oddities as (

    select * from {{ ref('int_tariff_oddities') }}

),

cdrs as (

    select
        cdr_no,
        coalesce(upper(currency), '-') as currency,
        time_zone
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
        tariffs.has_oddities,
        tariffs.currency <> cdrs.currency as has_other_currency,
        cdrs.time_zone is null and tariffs.needs_local_time as lacks_time_zone
    from {{ ref('int_period_tariffs') }} as periods
    inner join tariffs
        on periods.tariff_no = tariffs.tariff_no
    inner join cdrs
        on periods.cdr_no = cdrs.cdr_no
    where
        tariffs.has_oddities
        or tariffs.currency <> cdrs.currency
        or (cdrs.time_zone is null and tariffs.needs_local_time)

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
<<<<<<< HEAD
        cdr_no,
        'time_zone_unknown' as code,
        tariff_id as detail
    from suspects
    where lacks_time_zone
=======
        states.cdr_no,
        case when cdrs.time_zone is null then 'time_zone_unknown' else 'time_zone_inferred' end as code,
        bodies.tariff_id as detail
    from states
    inner join bodies
        on states.tariff_no = bodies.tariff_no
    inner join price_hashes
        on bodies.tariff_hash = price_hashes.tariff_hash
    inner join cdrs
        on states.cdr_no = cdrs.cdr_no
    -- A partner's zone was configured for it; that of a country is a guess at where in it the location lies.
    where (cdrs.time_zone is null or cdrs.time_zone_source = 'country') and price_hashes.needs_local_time
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
>>>>>>> fixes

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
