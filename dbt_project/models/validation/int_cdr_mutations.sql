-- A CDR is sealed: whether a later version under its id says of itself that it is newer, and bills otherwise.
{%- set billing_fields = [
    'started_at', 'ended_at', 'currency', 'total_energy_kwh', 'total_time_h', 'total_parking_time_h', 'total_cost_excl_vat',
    'total_cost_incl_vat', 'fixed_cost_excl_vat', 'energy_cost_excl_vat', 'time_cost_excl_vat', 'parking_cost_excl_vat',
    'reservation_cost_excl_vat', 'tariff_set_hash', 'is_credit'
] %}

with firsts as (

    select * from {{ ref('fct_cdrs') }}
    where content_count > 1

),

versions as (

    select * from {{ ref('stg_ocpi__cdrs') }}
    where cdr_key in (select firsts.cdr_key from firsts)

),

compared as (

    select
        {% for field in billing_fields -%}
        bool_or(firsts.{{ field }} is distinct from versions.{{ field }}) as {{ field }}_changed,
        {% endfor -%}
        firsts.cdr_no
    from firsts
    inner join versions
        on
            firsts.cdr_key = versions.cdr_key
            and firsts.cdr_version_hash <> versions.cdr_version_hash
            and firsts.last_updated_at < versions.last_updated_at
    group by firsts.cdr_no

),

final as (

    select
        cdr_no,
        concat_ws(
            ','
            {%- for field in billing_fields %},
            case when {{ field }}_changed then '{{ field }}' end
            {%- endfor %}
        ) as changed_fields
    from compared

)

select * from final
where changed_fields <> ''
