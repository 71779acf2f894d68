-- One row per volume of a period and component of its dimension, in the order in which pricing looks at them:
-- which restrictions fail by the very predicates that pricing uses, and which component prices the volume.
with states as (

    {{ explained_periods() }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

components as (

    select * from {{ ref('int_tariff_components') }}

),

dimensions as (

    {%- for line_dimension, component_type in [
        ('ENERGY', 'ENERGY'), ('TIME', 'TIME'), ('PARKING_TIME', 'PARKING_TIME'), ('FLAT', 'FLAT'),
        ('RESERVATION_TIME', 'TIME'), ('RESERVATION_FLAT', 'FLAT')
    ] %}
    select
        '{{ line_dimension }}' as line_dimension,
        '{{ component_type }}' as component_type
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

candidates as (

    select
        states.period_index,
        dimensions.line_dimension,
        states.tariff_hash,
        components.element_index,
        components.component_index,
        components.component_ordinal,
        components.is_unusable,
        coalesce(components.line_dimension <> dimensions.line_dimension, false) as is_for_other_time,
        {{ failed_restrictions('components', 'states', 'policies') }} as failed
    from states
    inner join policies
        on states.partner = policies.partner
    inner join dimensions
        on {{ has_volume('dimensions.line_dimension', 'states') }}
    inner join components
        on
            states.tariff_hash = components.tariff_hash
            and dimensions.component_type = components.component_type

),

final as (

    select
        *,
        component_ordinal = min(component_ordinal) filter (
            where not is_unusable and not is_for_other_time and failed = ''
        ) over (partition by period_index, line_dimension) as is_chosen
    from candidates

)

select * from final
order by period_index, line_dimension, component_ordinal
