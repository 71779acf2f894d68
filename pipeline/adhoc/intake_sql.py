"""The steps of the intake as SQL; `intake` says in which order they run and why."""

from __future__ import annotations

from pipeline.landing.shapes import cdr_version_of, plain_keys

SOURCES = """
create table adhoc.sources as
select
    generate_subscripts($name::varchar[], 1) - 1 as source_no,
    unnest($name::varchar[]) as source_name,
    unnest($case_name::varchar[]) as case_name,
    unnest($time_zone::varchar[]) as time_zone,
    unnest($ocpi_version::varchar[]) as ocpi_version,
    unnest($code::varchar[]) as code,
    unnest($detail::varchar[]) as detail,
    case when unnest($has_tariffs::boolean[]) then generate_subscripts($name::varchar[], 1) - 1 end as tariffs_of
"""

PAGES = """
create temp table adhoc_pages as
select
    generate_subscripts($source_no::bigint[], 1) - 1 as page,
    unnest($source_no::bigint[]) as source_no,
    unnest($is_tariff::boolean[]) as is_tariff
"""

# Whatever calls itself another thing than a tariff is none; what the elements are worth is for the models to say.
TARIFFS = f"""
create temp table adhoc_tariffs as
with given as (
    select
        pages.source_no, objects.landing_seq, objects.ordinal, objects.body,
        objects.body is not null and objects.kind is null and coalesce(objects.module, 'tariffs') = 'tariffs'
            as is_tariff,
        coalesce(list_contains({plain_keys("objects.keys")}, 'elements'), false) as has_elements
    from adhoc_pages as pages
    left join landing_objects as objects on pages.page = objects.landing_seq and objects.keys is not null
    where pages.is_tariff
)

select
    source_no,
    '[' || coalesce(string_agg(body::varchar, ',' order by landing_seq, ordinal) filter (where is_tariff), '') || ']'
        as tariffs,
    coalesce(list(upper(trim(body ->> 'id'))) filter (where is_tariff), []) as tariff_ids,
    coalesce(bool_or(is_tariff and has_elements), false) as has_tariff
from given
group by source_no
"""

TARIFF_FAILURE = """
select failures.detail
from landing_failures as failures
inner join adhoc_pages as pages on failures.landing_seq = pages.page
where pages.source_no = ?
order by failures.ordinal nulls first
"""

# What could not be read, of the files themselves and of their entries. A case whose tariff cannot be read is not
# priced with another one.
FAILURES = """
create table adhoc.failures as
select source_no, false as is_passed_over, code, detail, cast(null as bigint) as ordinal
from adhoc.sources where code is not null
union all
select
    pages.source_no, false, failures.code,
    case when pages.is_tariff then 'tariff.json: ' else '' end
        || case when failures.code = 'body_not_json' and failures.ordinal is null then 'No JSON: ' else '' end
        || failures.detail,
    failures.ordinal
from landing_failures as failures
inner join adhoc_pages as pages on failures.landing_seq = pages.page
where pages.source_no >= 0;
delete from landing_objects where landing_seq in (
    select page from adhoc_pages
    where is_tariff or source_no in (
        select tariffs.source_no
        from landing_failures as failures
        inner join adhoc_pages as tariffs on failures.landing_seq = tariffs.page and tariffs.is_tariff
    )
);
delete from landing_failures;
"""

# A case says itself that it is a CDR; of other files only what looks like one is priced.
OBJECTS = f"""
create temp table adhoc_objects as
with placed as (
    select
        objects.landing_seq as page, objects.ordinal, objects.body, objects.keys, objects.module, objects.kind,
        objects.is_camel_case, pages.source_no, sources.case_name, sources.time_zone, sources.tariffs_of,
        coalesce(sources.ocpi_version, {cdr_version_of("objects.keys", "objects.body", "tariffs.tariffs")})
            as ocpi_version,
        sources.case_name is not null
        or coalesce(objects.module = 'cdrs', objects.kind is null and list_contains(objects.keys, 'chargingperiods'))
            as is_taken
    from landing_objects as objects
    inner join adhoc_pages as pages on objects.landing_seq = pages.page
    inner join adhoc.sources as sources on pages.source_no = sources.source_no
    left join adhoc_tariffs as tariffs on sources.tariffs_of = tariffs.source_no
)

select
    *,
    dense_rank() over (order by page, ocpi_version) as landing_seq,
    row_number() over (order by page, ordinal) - 1 as position
from placed
"""

PASSED_OVER = """
insert into adhoc.failures
select
    source_no, keys is not null,
    case when keys is null then 'object_not_an_object' else 'object_wrong_module' end,
    case when keys is null then 'A list entry is ' || coalesce(lower(json_type(body)), 'null') || '.'
        else 'No CDR' || coalesce(': it has the shape of ' || module, ': it is an OCPI ' || kind, '') || '.' end,
    ordinal
from adhoc_objects
where not coalesce(is_taken, false)
"""

KEEP_CDRS = "delete from adhoc_objects where not coalesce(is_taken, false)"


def landing_objects(body: str) -> str:
    """SQL: give the landing steps the CDRs to price, with the body in that column."""
    return f"""
    create or replace temp table landing_objects as
    select landing_seq, ordinal, {body} as body, keys, module, kind, is_camel_case
    from adhoc_objects
    order by position
    """


# Cases are strangers to each other, so each has a space of ids of its own.
NAMED = """
create temp table adhoc_named as
select
    objects.position,
    judged.object_id as cdr_id,
    case when objects.case_name is not null then 'case-' || objects.source_no || '/' else '' end as prefix,
    row_number() over (copies order by objects.position) as copy_no,
    md5(objects.body) <> first_value(md5(objects.body)) over (copies order by objects.position) as is_other_content
from adhoc_objects as objects
inner join batch_objects as judged on objects.landing_seq = judged.landing_seq and objects.ordinal = judged.ordinal
window copies as (
    partition by
        case when objects.case_name is not null then objects.source_no end,
        coalesce(judged.object_key, objects.position::varchar)
)
"""

# Periods that name none of the given tariffs name the ones that were replaced.
PATCHES = """
alter table adhoc_objects add column patched json;
create temp table adhoc_patches as
with parts as (
    select
        objects.position, objects.body, objects.keys, named.*,
        named.prefix || coalesce(named.cdr_id, 'without-id-' || objects.position)
            || case when named.copy_no > 1 then '/copy-' || named.copy_no else '' end as new_id,
        objects.body ->> 'credit_reference_id' as reference,
        objects.time_zone,
        tariffs.tariffs,
        tariffs.tariff_ids,
        list_filter(
            list_transform(
                from_json(objects.body -> 'charging_periods', '["JSON"]'), lambda p: upper(trim(p ->> 'tariff_id'))
            ),
            lambda name: name is not null
        ) as named_tariffs,
        len(tariffs.tariff_ids) > 0 and len(named_tariffs) > 0 and not list_has_any(named_tariffs, tariffs.tariff_ids)
            as ignores_tariff_ids
    from adhoc_objects as objects
    inner join adhoc_named as named on objects.position = named.position
    left join adhoc_tariffs as tariffs on objects.tariffs_of = tariffs.source_no
)

select
    position,
    coalesce(ignores_tariff_ids, false) as ignores_tariff_ids,
    '{' || array_to_string(list_filter([
        case when cdr_id is null or new_id <> cdr_id then '"id":' || to_json(new_id) end,
        case when prefix <> '' and reference is not null
            then '"credit_reference_id":' || to_json(prefix || trim(reference)) end,
        case when tariffs is not null then '"tariffs":' || tariffs end,
        case when time_zone is not null then '"cdr_location":{"time_zone":' || to_json(time_zone) || '}' end,
        case when ignores_tariff_ids
            then '"charging_periods":' || to_json(list_transform(
                from_json(body -> 'charging_periods', '["JSON"]'),
                lambda p: case when json_type(p) = 'OBJECT' then json_merge_patch(p, '{"tariff_id":null}') else p end
            ))
        end
    ], lambda part: part is not null), ',') || '}' as patch
from parts
where keys is not null;
update adhoc_objects
set patched = case when patches.patch = '{}' then body else json_merge_patch(body, patches.patch::json) end
from adhoc_patches as patches
where adhoc_objects.position = patches.position;
update adhoc_objects set patched = body where patched is null;
"""

# Of a case with several CDRs the first one is its line; the others are at hand for a credit.
CDRS = """
create table adhoc.cdrs as
with judged as (
    select
        objects.source_no, objects.case_name, objects.ordinal, objects.position, objects.ocpi_version,
        case when not batch.is_party_filled or batch.country_code <> $nobody then batch.country_code end
            as country_code,
        case when not batch.is_party_filled or batch.country_code <> $nobody then batch.party_id end as party_id,
        named.cdr_id, named.copy_no, named.is_other_content, batch.is_party_filled, batch.code, batch.detail,
        case when batch.code is null then batch.object_key end as cdr_key,
        coalesce(patches.ignores_tariff_ids, false) as ignores_tariff_ids,
        row_number() over (
            partition by objects.source_no order by batch.code is not null, objects.position
        ) as rank
    from adhoc_objects as objects
    inner join batch_objects as batch on objects.landing_seq = batch.landing_seq and objects.ordinal = batch.ordinal
    inner join adhoc_named as named on objects.position = named.position
    left join adhoc_patches as patches on objects.position = patches.position
),

placed as (
    select
        sources.source_no, sources.source_name, sources.case_name,
        sources.case_name is not null and coalesce(judged.rank, 1) > 1 as is_further,
        judged.* exclude (source_no, case_name, rank)
    from adhoc.sources as sources
    left join judged on sources.source_no = judged.source_no
    where sources.case_name is not null or judged.position is not null
)

select
    case when not is_further
        then row_number() over (order by is_further, source_no, position) - 1
    end as line_no,
    *
from placed
"""

EMPTY_SOURCES = """
insert into adhoc.failures
select source_no, false, 'body_without_objects', 'There is no CDR in it.', null
from adhoc.sources
where
    source_no not in (select source_no from adhoc.failures)
    and source_no not in (select source_no from adhoc.cdrs where position is not null)
"""

FINDINGS = """
create table adhoc.findings as
select line_no, code, detail from adhoc.cdrs where code is not null and line_no is not null
union all
select cdrs.line_no, failures.code, failures.detail
from adhoc.failures as failures
inner join adhoc.cdrs as cdrs on failures.source_no = cdrs.source_no
where cdrs.case_name is not null and cdrs.line_no is not null
union all
select line_no, 'object_id_missing', 'The CDR has no id.'
from adhoc.cdrs where line_no is not null and cdr_key is not null and cdr_id is null
union all
-- 2.1.1 has no such fields.
select line_no, 'object_party_missing', 'The CDR does not name its country_code and party_id.'
from adhoc.cdrs
where line_no is not null and cdr_key is not null and is_party_filled and not starts_with(ocpi_version, '2.1')
union all
select
    line_no,
    case when is_other_content then 'cdr_duplicate_id' else 'cdr_resend_identical' end,
    'Number ' || copy_no || ' of its id.'
from adhoc.cdrs where line_no is not null and copy_no > 1
"""
