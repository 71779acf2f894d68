-- min_price, then max_price, before and after tax by themselves (OCPI Tariff object). Where a limit names only the amount
-- before tax, tax follows the base, because 5.00 with 0.10 of tax would be no usable document.
with volume_totals as (

    select * from {{ ref('int_volume_totals') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

rates as (

    select * from {{ ref('int_first_line_rates') }}

),

totals as (

    select
        volume_totals.* {{ all_but('volume_incl_vat') }},
        -- 2.1.1 says nothing of tax, not even about a session that costs nothing.
        case when bodies.tax_treatment <> 'unknown' then volume_totals.volume_incl_vat end as volume_incl_vat,
        bodies.min_price_excl_vat,
        bodies.min_price_incl_vat,
        bodies.max_price_excl_vat,
        bodies.max_price_incl_vat,
        policies.limit_tax,
        coalesce(rates.vat_percent, 0) as first_vat_percent
    from volume_totals
    inner join bodies
        on volume_totals.first_tariff_no = bodies.tariff_no
    inner join policies
        on volume_totals.policy_no = policies.policy_no
    left join rates
        on volume_totals.pricing_no = rates.pricing_no

),

raised as (

    select
        totals.*,
        case
            when totals.volume_excl_vat is not null then greatest(totals.volume_excl_vat, totals.min_price_excl_vat)
        end as raised_excl_vat,
        {{ limited_incl_vat('volume', 'min', 'totals', 'totals') }} as raised_incl_vat
    from totals

),

lowered as (

    select
        *,
        case when raised_excl_vat is not null then least(raised_excl_vat, max_price_excl_vat) end as total_excl_vat,
        {{ limited_incl_vat('raised', 'max', 'raised', 'raised') }} as total_incl_vat
    from raised

),

final as (

    select
        pricing_no,
        first_tariff_no,
        last_period_index,
        policy_no,
        energy_excl_vat,
        time_excl_vat,
        parking_excl_vat,
        flat_excl_vat,
        reservation_excl_vat,
        cast(raised_excl_vat - volume_excl_vat as decimal(38, 12)) as min_price_excl_vat,
        cast(raised_incl_vat - volume_incl_vat as decimal(38, 12)) as min_price_incl_vat,
        cast(total_excl_vat - raised_excl_vat as decimal(38, 12)) as max_price_excl_vat,
        cast(total_incl_vat - raised_incl_vat as decimal(38, 12)) as max_price_incl_vat,
        cast(total_excl_vat as decimal(38, 12)) as total_excl_vat,
        cast(total_incl_vat as decimal(38, 12)) as total_incl_vat
    from lowered

)

select * from final
