with counts as (

    select
        kpi_id,
        partner,
        {{ month_of('kpi_date') }} as kpi_month,
        numerator,
        denominator,
        provisional_flag,
    from {{ ref('int_kpi_counts') }}

),

{{ kpi_rates('counts', 'kpi_month') }}

select * from final
