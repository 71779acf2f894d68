with tariffs as (

    select
        tariffs.*,
        {{ tariff_hash('tariffs.ocpi_version', 'tariffs.body') }} as tariff_hash
    from {{ ref('stg_ocpi__tariffs') }} as tariffs
    inner join {{ ref('int_seen_intervals') }} as intervals
        on
            intervals.module = 'tariffs'
            and tariffs.tariff_key = intervals.object_key
            and tariffs.landing_seq = intervals.landing_seq
            and tariffs.ordinal = intervals.ordinal
    where intervals.is_current

),

-- Without a single readable component nothing can be priced.
priced as (

    select distinct tariff_hash from {{ ref('int_tariff_components') }}

),

checked as (

    select
        tariffs.tariff_key,
        tariffs.tariff_label,
        tariffs.partner,
        nullif(concat_ws(
            ',',
            tariffs.missing_fields,
            case when priced.tariff_hash is null and tariffs.element_count > 0 then 'price_components' end
        ), '') as missing_fields
    from tariffs
    left join priced on tariffs.tariff_hash = priced.tariff_hash

),

final as (

    select
        {{ hit_columns('tariff', 'tariff_required_fields_missing', 'missing_fields') }}
    from checked
    where missing_fields is not null

)

select * from final
