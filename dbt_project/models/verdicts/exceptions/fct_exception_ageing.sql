with exceptions as (

    select * from {{ ref('fct_exceptions') }}
    where status in ('waiting', 'open', 'disputed')

),

final as (

    select
        md5(concat_ws('|', partner, family, coalesce(currency, 'XXX'), age_band)) as exception_ageing_key,
        partner,
        family,
        coalesce(currency, 'XXX') as currency,
        age_band,
        count(*) as exception_count,
        cast(count_if(is_sla_breached) as bigint) as breached_count,
        cast(max(age_days) as integer) as oldest_days,
        cast(coalesce(sum(money_at_stake_excl_vat), 0) as decimal(38, 12)) as money_at_stake_excl_vat,
    from exceptions
    group by partner, family, coalesce(currency, 'XXX'), age_band

)

select * from final
