with embedded as (

    select * from {{ ref('int_embedded_period_tariffs') }}

),

fallback as (

    select * from {{ ref('int_fallback_period_tariffs') }}

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

    select * from named
    union all
    select * from ambiguous
    union all
    select * from outdated

)

select * from final
