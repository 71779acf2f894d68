-- What is said of a tariff as a whole: currency, type, validity, tax, its place in a list.
with bodies as (

    select * from {{ ref('int_tariff_bodies') }}

),

currencies as (

    select currency as known_currency from {{ ref('currencies') }}

),

-- The same id twice in one CDR: the first body counts, and nothing says which was meant.
repeated as (

    select
        tariff_hash,
        min(tariff_id) as tariff_id
    from {{ ref('int_cdr_tariff_sets') }}
    where not is_first_of_id and tariff_id is not null
    group by tariff_hash

),

final as (

    select
        {{ lint_columns('tariff_currency_unknown', 'currency') }}
    from bodies
    where currency is not null and currency not in (select currencies.known_currency from currencies)

    union all

    select
        {{ lint_columns('tariff_type_unknown', 'tariff_type') }}
    from bodies
    where tariff_type not in ('AD_HOC_PAYMENT', 'PROFILE_CHEAP', 'PROFILE_FAST', 'PROFILE_GREEN', 'REGULAR')

    union all

    select
        {{ lint_columns('tariff_never_begins', timestamp_text('valid_from_at'), timestamp_text('valid_to_at')) }}
    from bodies
    where valid_from_at >= valid_to_at

    union all

    select
        {{ lint_columns('tariff_expired', timestamp_text('valid_to_at'), timestamp_text(as_of())) }}
    from bodies
    where valid_to_at <= {{ as_of() }}

    union all

    select
        {{ lint_columns('tariff_tax_included_missing', 'ocpi_version') }}
    from bodies
    where starts_with(ocpi_version, '2.3') and tax_included is null

    union all

    select
        {{ lint_columns('tariff_tax_included_unknown', 'tax_included') }}
    from bodies
    where tax_included not in ('YES', 'NO', 'N/A', 'TRUE', 'FALSE', 'NA')

    union all

    select
        {{ lint_columns('tariff_id_repeated', 'tariff_id') }}
    from repeated

)

select * from final
