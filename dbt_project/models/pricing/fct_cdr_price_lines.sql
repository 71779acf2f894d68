with costs as (

    select * from {{ ref('int_volume_costs') }}
    where scenario = 'applied'

),

limit_lines as (

    select * from {{ ref('int_limit_lines') }}
    where scenario = 'applied'

),

unpriced as (

    select * from {{ ref('int_unpriced_cdrs') }}

),

bodies as (

    select
        tariff_hash,
        tariff_id
    from {{ ref('int_tariff_bodies') }}

),

last_periods as (

    select
        cdr_key,
        max(period_index) as period_index
    from {{ ref('int_ordered_periods') }}
    group by cdr_key

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
    from costs
    union all
    select
        limit_lines.cdr_key,
        last_periods.period_index,
        limit_lines.dimension,
        limit_lines.tariff_hash,
        cast(null as integer) as element_index,
        case limit_lines.dimension when 'MIN_PRICE' then 1000001 else 1000002 end as line_order,
        cast(1 as decimal(18, 6)) as quantity,
        cast(1 as decimal(38, 12)) as billed_quantity,
        'session' as unit,
        cast(null as decimal(18, 6)) as price,
        cast(null as decimal(18, 6)) as vat_percent,
        limit_lines.cost_excl_vat,
        limit_lines.cost_incl_vat
    from limit_lines
    inner join last_periods
        on limit_lines.cdr_key = last_periods.cdr_key

),

final as (

    select
        lines.cdr_key,
        cast(
            row_number() over (partition by lines.cdr_key order by lines.period_index, lines.line_order, lines.dimension)
            as integer
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
