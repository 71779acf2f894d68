with cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

embedded as (

    select * from {{ ref('int_embedded_period_tariffs') }}

),

fallback as (

    select * from {{ ref('int_fallback_period_tariffs') }}

),

with_tariff as (

    select distinct cdr_key from embedded

),

without_tariff as (

    select
        cdrs.cdr_key,
        case when count(fallback.cdr_key) > 0 then 'tariff_not_embedded' else 'tariff_missing' end as code,
        cast(null as integer) as period_index,
        cast(null as varchar) as detail
    from cdrs
    left join with_tariff
        on cdrs.cdr_key = with_tariff.cdr_key
    left join fallback
        on cdrs.cdr_key = fallback.cdr_key
    where
        with_tariff.cdr_key is null
        and not cdrs.is_credit
        and cdrs.period_count > 0
    group by cdrs.cdr_key

),

named as (

    select
        cdr_key,
        case when named_tariff_id is null then 'tariff_id_absent_on_period' else 'tariff_unknown' end as code,
        period_index,
        named_tariff_id as detail
    from embedded
    where
        names_tariffs
        and tariff_hash is null

),

ambiguous as (

    select distinct
        cdr_key,
        'tariff_ambiguous' as code,
        cast(null as integer) as period_index,
        cast(tariff_count as varchar) || ' tariffs' as detail
    from embedded
    where
        not names_tariffs
        and tariff_count > 1

),

validities as (

    select
        cdr_key,
        is_valid_at_start
    from embedded
    union all
    select
        cdr_key,
        is_valid_at_start
    from fallback

),

outdated as (

    select distinct
        cdr_key,
        'tariff_not_valid_at_start' as code,
        cast(null as integer) as period_index,
        cast(null as varchar) as detail
    from validities
    where not is_valid_at_start

),

final as (

    select * from without_tariff
    union all
    select * from named
    union all
    select * from ambiguous
    union all
    select * from outdated

)

select * from final
