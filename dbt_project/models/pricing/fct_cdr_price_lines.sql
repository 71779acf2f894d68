{{ config(materialized='view') }}

with unpriced as (

    select cdr_no from {{ ref('int_unpriced_cdrs') }}

),

cdrs as (

    select
        cdr_no,
        cdr_key
    from {{ ref('fct_cdrs') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

components as (

    select * from {{ ref('int_price_components') }}

),

lines as (

    select
        costs.pricing_no,
        costs.period_index,
        costs.dimension_no,
        case when components.line_dimension = 'RESERVATION_FLAT' then 'FLAT' else components.line_dimension end as dimension,
        components.tariff_no,
        components.element_index,
        costs.quantity,
        costs.billed_quantity,
        components.unit,
        components.price,
        components.vat_percent,
        costs.cost_excl_vat,
        costs.cost_incl_vat
    from {{ ref('int_volume_costs') }} as costs
    inner join components
        on costs.component_no = components.component_no

    union all

    select
        pricing_no,
        period_index,
        dimension_no,
        dimension,
        tariff_no,
        cast(null as integer) as element_index,
        cast(1 as decimal(18, 6)) as quantity,
        cast(1 as decimal(38, 12)) as billed_quantity,
        'session' as unit,
        cast(null as decimal(18, 6)) as price,
        cast(null as decimal(18, 6)) as vat_percent,
        cost_excl_vat,
        cost_incl_vat
    from {{ ref('int_limit_lines') }}

),

final as (

    select
        cdrs.cdr_key,
        cast({{ line_number('lines.period_index', 'lines.dimension_no') }} as integer) as line_number,
        lines.period_index,
        lines.dimension,
        bodies.tariff_id,
        bodies.tariff_hash,
        lines.element_index,
        lines.quantity,
        lines.billed_quantity,
        lines.unit,
        lines.price,
        lines.vat_percent,
        lines.cost_excl_vat,
        lines.cost_incl_vat
    from lines
    inner join cdrs
        on {{ cdr_of_pricing('lines.pricing_no') }} = cdrs.cdr_no
    inner join bodies
        on lines.tariff_no = bodies.tariff_no
    left join unpriced
        on cdrs.cdr_no = unpriced.cdr_no
    where
        {{ is_of_scenario('lines.pricing_no', 'applied') }}
        and unpriced.cdr_no is null

)

select * from final
