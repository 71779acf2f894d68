with components as (

    select
        components.*,
        bodies.ocpi_version,
        bodies.tax_treatment
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_bodies') }} as bodies on components.tariff_hash = bodies.tariff_hash

),

-- What is free bears any rate. In 2.1.1 rates are a dialect and price nothing.
rates as (

    select
        tariff_hash,
        string_agg(
            distinct coalesce({{ number_text('vat_percent') }}, 'none'),
            ','
            order by coalesce({{ number_text('vat_percent') }}, 'none')
        ) as vat_rates
    from components
    where price <> 0 and not is_unusable and not ({{ is_ocpi_21('ocpi_version') }})
    group by tariff_hash
    having count(distinct coalesce(vat_percent, -1)) > 1

),

final as (

    select
        {{ component_lint('tariff_vat_fraction', number_text('vat_percent')) }}
    from components
    where vat_percent > 0 and vat_percent < 1

    union all

    select
        {{ component_lint(
            'tariff_vat_implausible',
            number_text('vat_percent'), number_text(rule_parameter('tariff_vat_implausible', 'most_percent'))
        ) }}
    from components
    where vat_percent < 0 or vat_percent > {{ rule_parameter('tariff_vat_implausible', 'most_percent') }}

    union all

    select
        {{ lint_columns('tariff_vat_rates_differ', 'vat_rates') }}
    from rates

    union all

    select
        {{ component_lint('tariff_vat_though_untaxed', number_text('vat_percent')) }}
    from components
    where tax_treatment = 'none' and vat_percent is not null

    union all

    select
        {{ component_lint('tariff_vat_missing_in_price', number_text('price')) }}
    from components
    where tax_treatment = 'inclusive' and price <> 0 and vat_percent is null

)

select * from final
