{{ config(materialized='view') }}

-- 2.2.1 names each amount after tax beside the one before it (types, Price).
with details as (

    select * from {{ ref('stg_ocpi__cdr_details') }}
    where ocpi_version like '2.2%'

),

cdrs as (

    select * from {{ ref('fct_cdrs') }}

),

final as (

    select
        cdrs.cdr_no,
        {%- for part in cost_parts() %}
        cdrs.{{ part }}_cost_excl_vat,
        {{ read_number('details.total_' ~ part ~ '_cost.incl_vat') }} as {{ part }}_cost_incl_vat,
        {%- endfor %}
        cdrs.total_cost_excl_vat,
        cdrs.total_cost_incl_vat
    from details
    inner join cdrs on details.cdr_no = cdrs.cdr_no

)

select * from final
