-- The tariff of the periods that name none: the first embedded one that was valid, else the first, else the connector's.
with cdrs as (

    select * from {{ ref('fct_cdrs') }}
    where not is_credit

),

set_tariffs as (

    select * from {{ ref('int_set_tariffs') }}

),

fallbacks as (

    select * from {{ ref('int_fallback_tariffs') }}

),

embedded as (

    select
        cdrs.cdr_no,
        set_tariffs.tariff_set_no,
        set_tariffs.tariff_position,
        set_tariffs.tariff_no,
        coalesce(set_tariffs.valid_from_at, cdrs.started_at) <= cdrs.started_at
        and (set_tariffs.valid_to_at is null or set_tariffs.valid_to_at > cdrs.started_at) as is_valid_at_start
    from cdrs
    inner join set_tariffs
        on
            cdrs.tariff_set_hash = set_tariffs.tariff_set_hash
            and cdrs.ocpi_version = set_tariffs.ocpi_version

),

final as (

    select
        cdr_no,
        min(tariff_set_no) as tariff_set_no,
        cast(count(*) as integer) as tariff_count,
        min_by(tariff_no, tariff_position + case when is_valid_at_start then 0 else 1000000 end) as tariff_no,
        coalesce(bool_or(is_valid_at_start), false) as is_valid_at_start
    from embedded
    group by cdr_no
    union all
    select
        cdr_no,
        cast(null as integer) as tariff_set_no,
        0 as tariff_count,
        tariff_no,
        is_valid_at_start
    from fallbacks

)

select * from final
