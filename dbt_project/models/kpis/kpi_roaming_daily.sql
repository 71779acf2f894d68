with counts as (

    select
        kpi_id,
        partner,
        kpi_date,
        numerator,
        denominator,
        provisional_flag,
    from {{ ref('int_kpi_counts') }}

),

{{ kpi_rates('counts', 'kpi_date') }}

select * from final
