-- The lowest and the highest price of a session.
with bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

free as (

    select tariff_hash as free_hash
    from {{ ref('int_tariff_components') }}
    group by tariff_hash
    having bool_and(price = 0)

),

limits as (

    {% for bound in ['min', 'max'] -%}
    select
        tariff_hash,
        ocpi_version,
        '{{ bound }}_price' as limit_name,
        {{ bound }}_price_excl_vat as excl_vat,
        {{ bound }}_price_incl_vat as incl_vat
    from bodies
    where coalesce({{ bound }}_price_excl_vat, {{ bound }}_price_incl_vat) is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (

    select
        {{ lint_columns(
            'tariff_limits_crossed',
            number_text('coalesce(min_price_excl_vat, min_price_incl_vat)'),
            number_text('coalesce(max_price_excl_vat, max_price_incl_vat)')
        ) }}
    from bodies
    where min_price_excl_vat > max_price_excl_vat or min_price_incl_vat > max_price_incl_vat

    union all

    select
        {{ lint_columns('tariff_limit_negative', number_text('least(excl_vat, incl_vat)'), "'0'", concerns='limit_name') }}
    from limits
    where least(excl_vat, incl_vat) < 0

    union all

    select
        {{ lint_columns('tariff_limit_before_tax_only', number_text('excl_vat'), concerns='limit_name') }}
    from limits
    where incl_vat is null

    union all

    select
        {{ lint_columns(
            'tariff_limit_tax_negative', number_text('incl_vat'), number_text('excl_vat'), concerns='limit_name'
        ) }}
    from limits
    where incl_vat < excl_vat

    union all

    {% for bound in ['min', 'max'] -%}
    select
        {{ lint_columns('tariff_limit_not_in_version', 'ocpi_version', concerns="'" ~ bound ~ "_price'") }}
    from bodies
    where names_{{ bound }}_price and {{ is_ocpi_21('ocpi_version') }}

    union all

    {% endfor -%}
    select
        {{ lint_columns('tariff_min_price_on_free', number_text('coalesce(limits.excl_vat, limits.incl_vat)')) }}
    from limits
    inner join free on limits.tariff_hash = free.free_hash
    where limits.limit_name = 'min_price' and greatest(limits.excl_vat, limits.incl_vat) > 0

)

select * from final
