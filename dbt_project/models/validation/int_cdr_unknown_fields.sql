-- Each list of field names that CDRs have, once, where it holds names that OCPI does not define.
with cdrs as (

    select distinct
        ocpi_version,
        field_names
    from {{ ref('stg_ocpi__cdr_details') }}
    where field_names is not null

),

known as (

    select
        ocpi_version,
        field
    from {{ ref('ocpi_fields') }}
    where module = 'cdrs'

),

named as (

    select
        ocpi_version,
        field_names,
        unnest(string_split(field_names, ',')) as field
    from cdrs

),

-- 2.1.1 names no party; some senders do, and we read it.
final as (

    select
        named.ocpi_version,
        named.field_names,
        string_agg(distinct named.field, ',' order by named.field) as unknown_fields
    from named
    left join known
        on
            named.ocpi_version = known.ocpi_version
            and lower(named.field) = known.field
    where known.field is null and lower(named.field) not in ('country_code', 'party_id')
    group by named.ocpi_version, named.field_names

)

select * from final
