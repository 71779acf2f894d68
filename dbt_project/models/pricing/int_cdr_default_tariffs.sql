-- The tariff of a CDR whose periods name none: the first valid one, else the first.
with cdr_tariffs as (

    select * from {{ ref('int_cdr_tariffs') }}

),

chosen as (

    select
        cdr_key,
        coalesce(min(tariff_position) filter (where is_valid_at_start), min(tariff_position)) as tariff_position,
        count(*) as tariff_count
    from cdr_tariffs
    group by cdr_key

),

final as (

    select
        chosen.cdr_key,
        chosen.tariff_count,
        cdr_tariffs.tariff_id,
        cdr_tariffs.tariff_hash,
        cdr_tariffs.is_valid_at_start
    from chosen
    inner join cdr_tariffs
        on
            chosen.cdr_key = cdr_tariffs.cdr_key
            and chosen.tariff_position = cdr_tariffs.tariff_position

)

select * from final
