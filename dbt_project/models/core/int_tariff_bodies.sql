with tariff_objects as (

    select
        ocpi_version,
        cast(body as varchar) as body
    from {{ ref('stg_ocpi__tariffs') }}

),

cdr_tariffs as (

    select
        ocpi_version,
        body
    from {{ ref('int_cdr_tariff_sets') }}

),

bodies as (

    select
        ocpi_version,
        body
    from tariff_objects
    union
    select
        ocpi_version,
        body
    from cdr_tariffs

),

opened as (

    select
        ocpi_version,
        body,
        from_json(
            body,
            '{"id":"VARCHAR","country_code":"VARCHAR","party_id":"VARCHAR","currency":"VARCHAR","type":"VARCHAR",
              "tax_included":"VARCHAR","start_date_time":"VARCHAR","end_date_time":"VARCHAR","last_updated":"VARCHAR",
              "min_price":{"excl_vat":"VARCHAR","incl_vat":"VARCHAR","before_taxes":"VARCHAR","after_taxes":"VARCHAR"},
              "max_price":{"excl_vat":"VARCHAR","incl_vat":"VARCHAR","before_taxes":"VARCHAR","after_taxes":"VARCHAR"},
              "elements":"JSON"}'
        ) as tariff,
        json_type(body, '$.min_price') as min_price_type,
        json_type(body, '$.max_price') as max_price_type,
        {{ is_ocpi_21('ocpi_version') }} as is_ocpi_21
    from bodies

),

typed as (

    select
        {{ tariff_hash('ocpi_version', 'body') }} as tariff_hash,
        ocpi_version,
        {{ read_code('tariff.id') }} as tariff_id,
        {{ read_code('tariff.country_code') }} as country_code,
        {{ read_code('tariff.party_id') }} as party_id,
        {{ read_code('tariff.currency') }} as currency,
        {{ read_code('tariff.type') }} as tariff_type,
        {{ read_code('tariff.tax_included') }} as tax_included,
        {{ read_timestamp('tariff.start_date_time') }} as valid_from_at,
        {{ read_timestamp('tariff.end_date_time') }} as valid_to_at,
        {{ read_timestamp('tariff.last_updated') }} as last_updated_at,
        -- 2.1.1 has no limits: what stands under their names there limits nothing, and the lint tells.
        {%- for bound in ['min_price', 'max_price'] %}
        {%- for side in ['excl_vat', 'incl_vat'] %}
        case when not is_ocpi_21 then {{ read_number(limit_text(bound, side)) }} end as {{ bound }}_{{ side }},
        {%- endfor %}
        coalesce({{ bound }}_type <> 'NULL', false) as names_{{ bound }},
        {%- endfor %}
        not is_ocpi_21
        and ({{ is_unreadable_limit('min_price') }} or {{ is_unreadable_limit('max_price') }}) as has_unreadable_limit,
        -- What a rate means differs by version: 2.1.1 knows none, 2.3.0 says whether prices include it.
        case
            when is_ocpi_21 then 'unknown'
            when upper(trim(tariff.tax_included)) in ('YES', 'TRUE') then 'inclusive'
            when upper(trim(tariff.tax_included)) in ('N/A', 'NA') then 'none'
            else 'exclusive'
        end as tax_treatment,
        cast(tariff.elements as varchar) as elements_json
    from opened

)

select
    *,
    cast(row_number() over (order by tariff_hash) as integer) as tariff_no
from typed
