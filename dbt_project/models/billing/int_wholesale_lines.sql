-- What we owe the CPO for one CDR: the claim, by component where the CPO splits it, else as one line.
with components as (

    select * from {{ ref('int_wholesale_components') }}

),

rates as (

    select
        cdr_key,
        case when min(vat_percent) = max(vat_percent) then min(vat_percent) end as vat_percent,
    from {{ ref('fct_cdr_price_lines') }}
    group by cdr_key

),

shown as (

    select
        cdr_key,
        split_source,
        component_order,
        component,
        quantity,
        unit,
        cost_excl_vat as net_amount,
        total_excl_vat,
        total_vat,
    from components
    where split_source = 'claimed'

    union all

    select
        cdr_key,
        split_source,
        1 as component_order,
        'total' as component,
        quantity,
        unit,
        total_excl_vat as net_amount,
        total_excl_vat,
        total_vat,
    from components
    where split_source <> 'claimed' and component = 'energy'

),

accumulated as (

    select
        *,
        sum(net_amount) over (partition by cdr_key order by component_order) as net_so_far,
        row_number() over (partition by cdr_key order by component_order desc) as place_from_end,
    from shown

),

-- The claimed tax is one sum; each line takes its share so that the shares add up to it.
taxed as (

    select
        *,
        case
            when place_from_end = 1 then total_vat
            when total_excl_vat > 0
                then {{ round_money(scale_exactly('total_vat', 'net_so_far', 'total_excl_vat'), 4) }}
            else cast(total_vat * 0 as decimal(38, 12))
        end as vat_so_far,
    from accumulated

),

final as (

    select
        taxed.cdr_key,
        taxed.component_order as line_number,
        taxed.component,
        taxed.split_source,
        taxed.quantity,
        taxed.unit,
        taxed.net_amount as exact_net_amount,
        taxed.net_amount,
        case when taxed.total_vat is not null then rates.vat_percent end as vat_percent,
        cast(
            taxed.vat_so_far
            - coalesce(lag(taxed.vat_so_far) over (partition by taxed.cdr_key order by taxed.component_order), 0)
            as decimal(38, 12)
        ) as vat_amount,
    from taxed
    left join rates
        on taxed.cdr_key = rates.cdr_key

)

select * from final
