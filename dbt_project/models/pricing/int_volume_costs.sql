with volumes as (

    select * from {{ ref('int_priced_volumes') }}

),

surpluses as (

    select * from {{ ref('int_step_surpluses') }}

),

costed as (

    select
        volumes.*,
        cast(
            volumes.quantity
            + coalesce(surpluses.surplus_kwh, 0)
            + coalesce({{ divide_exactly('surpluses.surplus_s', 3600) }}, 0)
            as decimal(38, 12)
        ) as billed_quantity,
        -- The price as the tariff states it, before it is known whether tax is inside.
        {{ money_product('volumes.price', 'volumes.quantity + coalesce(surpluses.surplus_kwh, 0)') }}
        + coalesce(
            {{ divide_exactly(money_product('volumes.price', 'surpluses.surplus_s'), 3600) }}, 0
        ) as cost_as_stated,
        case
            when volumes.tax_treatment = 'unknown' then null
            when volumes.tax_treatment = 'none' then cast(0 as decimal(18, 6))
            when volumes.vat_percent is not null then volumes.vat_percent
            -- Whatever the rate is, tax on nothing is nothing.
            when volumes.price = 0 then cast(0 as decimal(18, 6))
            when volumes.ocpi_version like '2.3%' and volumes.vat_absent_230 = 'unknown' then null
            when volumes.ocpi_version not like '2.3%' and volumes.vat_absent_221 = 'unknown' then null
            else cast(0 as decimal(18, 6))
        end as tax_percent
    from volumes
    left join surpluses
        on
            volumes.cdr_key = surpluses.cdr_key
            and volumes.scenario = surpluses.scenario
            and volumes.tariff_hash = surpluses.tariff_hash
            and volumes.period_index = surpluses.period_index
            and volumes.component_ordinal = surpluses.component_ordinal
            and volumes.line_dimension = surpluses.line_dimension

),

final as (

    select
        * exclude (cost_as_stated, tax_percent, step_size_211, reservation_step, vat_absent_221, vat_absent_230),
        case
            when tax_treatment <> 'inclusive' then cost_as_stated
            when tax_percent is not null then {{ divide_exactly('cost_as_stated * 100', '100 + tax_percent') }}
        end as cost_excl_vat,
        case
            when tax_treatment = 'inclusive' then cost_as_stated
            when tax_percent is not null then {{ with_tax('cost_as_stated', 'tax_percent') }}
        end as cost_incl_vat
    from costed

)

select * from final
