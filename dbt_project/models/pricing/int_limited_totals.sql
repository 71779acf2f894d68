-- min_price, then max_price, before and after tax by themselves (OCPI Tariff object). Where a limit names only the amount
-- before tax, tax follows the base, because 5.00 with 0.10 of tax would be no usable document.
with totals as (

    select * from {{ ref('int_volume_totals') }}

),

cdrs as (

    select
        cdr_key,
        partner
    from {{ ref('fct_cdrs') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

raised as (

    select
        totals.*,
        policies.limit_tax,
        case
            when totals.volume_excl_vat is not null then greatest(totals.volume_excl_vat, totals.min_price_excl_vat)
        end as raised_excl_vat,
        {{ limited_incl_vat('volume', 'min', 'totals', 'policies') }} as raised_incl_vat
    from totals
    inner join cdrs
        on totals.cdr_key = cdrs.cdr_key
    inner join policies
        on cdrs.partner = policies.partner

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
        cdr_key,
        scenario,
        first_tariff_hash,
        tariff_id,
        currency,
        volume_excl_vat,
        volume_incl_vat,
        cast(raised_excl_vat - volume_excl_vat as decimal(38, 12)) as min_price_excl_vat,
        cast(raised_incl_vat - volume_incl_vat as decimal(38, 12)) as min_price_incl_vat,
        cast(total_excl_vat - raised_excl_vat as decimal(38, 12)) as max_price_excl_vat,
        cast(total_incl_vat - raised_incl_vat as decimal(38, 12)) as max_price_incl_vat,
        cast(total_excl_vat as decimal(38, 12)) as total_excl_vat,
        cast(total_incl_vat as decimal(38, 12)) as total_incl_vat
    from lowered

)

select * from final
