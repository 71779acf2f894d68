with lint as (

    select * from {{ ref('int_tariff_lint') }}

),

bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

limited as (

    select
        lint.tariff_key,
        lint.tariff_label,
        lint.partner,
        bodies.min_price_excl_vat,
        bodies.min_price_incl_vat,
        bodies.max_price_excl_vat,
        bodies.max_price_incl_vat
    from lint
    inner join bodies on lint.tariff_hash = bodies.tariff_hash

),

final as (

    select
        {{ hit_columns('tariff', 'tariff_vat_fraction', number_text('vat_fraction')) }}
    from lint
    where vat_fraction is not null

    union all

    select
        {{ hit_columns('tariff', 'tariff_step_size_zero', 'zero_steps') }}
    from lint
    where zero_steps is not null

    union all

    select
        {{ hit_columns('tariff', 'tariff_without_fallback', 'restricted_dimensions') }}
    from lint
    where restricted_dimensions is not null

    union all

    select
        {{ hit_columns('tariff', 'tariff_price_zero', "'0'") }}
    from lint
    where is_free

    union all

    select
        {{ hit_columns(
            'tariff', 'tariff_price_high',
            "concat_ws('/', " ~ number_text('most_per_kwh') ~ ", " ~ number_text('most_per_hour') ~ ")"
        ) }}
    from lint
    where
        most_per_kwh > {{ rule_parameter('tariff_price_high', 'most_per_kwh') }}
        or most_per_hour > {{ rule_parameter('tariff_price_high', 'most_per_hour') }}

    union all

    select
        {{ hit_columns(
            'tariff', 'tariff_limits_crossed',
            number_text('coalesce(min_price_excl_vat, min_price_incl_vat)'),
            number_text('coalesce(max_price_excl_vat, max_price_incl_vat)')
        ) }}
    from limited
    where min_price_excl_vat > max_price_excl_vat or min_price_incl_vat > max_price_incl_vat

)

select * from final
