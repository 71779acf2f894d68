with unpriced as (

    select cdr_key from {{ ref('int_unpriced_cdrs') }}

),

bodies as (

    select
        tariff_hash,
        tariff_id
    from {{ ref('int_tariff_bodies') }}

),

lines as (

    select
        cdr_key,
        period_index,
        case when line_dimension = 'RESERVATION_FLAT' then 'FLAT' else line_dimension end as dimension,
        tariff_hash,
        element_index,
        component_ordinal as line_order,
        quantity,
        billed_quantity,
        unit,
        price,
        vat_percent,
        cost_excl_vat,
        cost_incl_vat
    from {{ ref('int_volume_costs') }}
    where scenario = 'applied'

    union all

    select
        cdr_key,
        period_index,
        dimension,
        tariff_hash,
        cast(null as integer) as element_index,
        line_order,
        cast(1 as decimal(18, 6)) as quantity,
        cast(1 as decimal(38, 12)) as billed_quantity,
        'session' as unit,
        cast(null as decimal(18, 6)) as price,
        cast(null as decimal(18, 6)) as vat_percent,
        cost_excl_vat,
        cost_incl_vat
    from {{ ref('int_limit_lines') }}
    where scenario = 'applied'

),

final as (

    select
        lines.cdr_key,
        cast(
            row_number() over (
                partition by lines.cdr_key
                order by lines.period_index, lines.line_order, lines.dimension
            ) as integer
        ) as line_number,
        lines.period_index,
        lines.dimension,
        bodies.tariff_id,
        lines.tariff_hash,
        lines.element_index,
        lines.quantity,
        lines.billed_quantity,
        lines.unit,
        lines.price,
        lines.vat_percent,
        lines.cost_excl_vat,
        lines.cost_incl_vat
    from lines
    inner join bodies
        on lines.tariff_hash = bodies.tariff_hash
    left join unpriced
        on lines.cdr_key = unpriced.cdr_key
    where unpriced.cdr_key is null

)

select * from final
