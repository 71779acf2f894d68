with set_tariffs as (

    select * from {{ ref('int_set_tariffs') }}

),

contested as (

    select * from {{ ref('int_contested_tariffs') }}

),

final as (

    select
        set_tariffs.tariff_set_no,
        count(*) as tariff_count,
        coalesce(bool_or(contested.needs_energy), false) as needs_energy,
        -- 2.1.1 periods cannot name a tariff.
        not bool_or({{ is_ocpi_21('set_tariffs.ocpi_version') }}) as can_name_tariffs
    from set_tariffs
    left join contested
        on set_tariffs.tariff_no = contested.tariff_no
    group by set_tariffs.tariff_set_no

)

select * from final
