with periods as (

    select
        cdr_key,
        period_index,
        ocpi_version,
        upper(trim(tariff_id)) as tariff_id
    from {{ ref('int_ordered_periods') }}

),

named as (

    select
        *,
        -- 2.1.1 periods cannot name a tariff.
        not ({{ is_ocpi_21('ocpi_version') }})
        and count(tariff_id) over (partition by cdr_key) > 0 as names_tariffs
    from periods

),

cdr_tariffs as (

    select * from {{ ref('int_cdr_tariffs') }}
    where is_first_of_id

),

default_tariffs as (

    select * from {{ ref('int_cdr_default_tariffs') }}

),

final as (

    select
        named.cdr_key,
        named.period_index,
        named.tariff_id as named_tariff_id,
        named.names_tariffs,
        default_tariffs.tariff_count,
        case when named.names_tariffs then cdr_tariffs.tariff_hash else default_tariffs.tariff_hash end as tariff_hash,
        case
            when named.names_tariffs then cdr_tariffs.is_valid_at_start
            else default_tariffs.is_valid_at_start
        end as is_valid_at_start
    from named
    inner join default_tariffs
        on named.cdr_key = default_tariffs.cdr_key
    left join cdr_tariffs
        on
            named.cdr_key = cdr_tariffs.cdr_key
            and named.tariff_id = cdr_tariffs.tariff_id

)

select * from final
