-- CDRs whose tax is none of the rates that the country of the charge had at that date. No tax at all may be right
-- (reverse charge, a seller that is exempt, a sender that does not know): until agreements tell, it is not asked about.
with cdrs as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.rule_scope_no,
        cdrs.ocpi_version,
        cdrs.tariff_set_hash,
        -- Some name the country by two letters.
        coalesce(countries.country_alpha3, cdrs.location_country) as country_alpha3,
        cdrs.session_date,
        cdrs.total_cost_excl_vat,
        cdrs.total_cost_incl_vat - cdrs.total_cost_excl_vat as tax,
    from {{ ref('int_cdrs_judged') }} as cdrs
    left join {{ ref('countries') }} as countries
        on cdrs.location_country = countries.country_code
    where
        not cdrs.is_credit
        and cdrs.total_cost_excl_vat > 0
        and cdrs.total_cost_incl_vat <> cdrs.total_cost_excl_vat

),

rates as (

    select * from {{ ref('vat_rates') }}

),

settings as (

    {{ rule_settings([['tax_rate_unexpected', 'tolerance']]) }}

),

-- Nearly all have the standard rate; only the others are held against all rates. A hundred times each amount spares
-- the division.
without_standard_rate as (

    select
        cdrs.*,
        settings.tax_rate_unexpected__tolerance * 100 as tolerance,
    from cdrs
    inner join settings
        on cdrs.rule_scope_no = settings.rule_scope_no
    inner join rates
        on
            cdrs.country_alpha3 = rates.country_alpha3
            and rates.kind = 'standard'
            and cdrs.session_date >= rates.valid_from_date
            and cdrs.session_date < rates.valid_to_date
    where
        abs(cdrs.tax) > settings.tax_rate_unexpected__tolerance
        and abs(cdrs.tax * 100 - cast(cdrs.total_cost_excl_vat as decimal(38, 6)) * rates.rate_percent)
        > settings.tax_rate_unexpected__tolerance * 100

),

final as (

    select
        cdrs.cdr_key,
        cdrs.cdr_label,
        cdrs.partner,
        cdrs.ocpi_version,
        cdrs.tariff_set_hash,
        cdrs.total_cost_excl_vat,
        cdrs.tax,
        list(rates.rate_percent) as rates_percent,
        string_agg({{ number_text('rates.rate_percent') }}, ', ' order by rates.rate_percent desc) as rates_text,
    from without_standard_rate as cdrs
    inner join rates
        on
            cdrs.country_alpha3 = rates.country_alpha3
            and cdrs.session_date >= rates.valid_from_date
            and cdrs.session_date < rates.valid_to_date
    group by
        cdrs.cdr_key, cdrs.cdr_label, cdrs.partner, cdrs.ocpi_version, cdrs.tariff_set_hash, cdrs.total_cost_excl_vat,
        cdrs.tax, cdrs.tolerance
    having min(abs(cdrs.tax * 100 - cast(cdrs.total_cost_excl_vat as decimal(38, 6)) * rates.rate_percent)) > cdrs.tolerance

)

select * from final
