-- Components sum to the claimed total exactly: what no component explains is a line of its own.
with splits as (

    select
        *,
        total_excl_vat - energy_excl_vat - time_excl_vat - parking_excl_vat - flat_excl_vat
        - reservation_excl_vat as rest_excl_vat,
    from {{ ref('int_cdr_cost_splits') }}

),

{% set components = [
    ('energy', 'energy_kwh', 'kWh'),
    ('time', 'charging_time_h', 'h'),
    ('parking', 'parking_time_h', 'h'),
    ('flat', 'cast(1 as decimal(18, 6))', 'session'),
    ('reservation', 'cast(null as decimal(18, 6))', 'h'),
    ('rest', 'cast(1 as decimal(18, 6))', 'session'),
] -%}
final as (

    {% for component, quantity, unit in components %}
    select
        cdr_key,
        split_source,
        {{ loop.index }} as component_order,
        '{{ component }}' as component,
        {{ quantity }} as quantity,
        '{{ unit }}' as unit,
        {{ component }}_excl_vat as cost_excl_vat,
        total_excl_vat,
        total_vat,
    from splits
    {% if component != 'energy' -%}
    -- The energy line stays at zero cost too: it carries the kWh.
    where {{ component }}_excl_vat <> 0
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
