-- Where the choice between components depends on the period: the first whose restrictions hold when it begins, and just
-- before it ends. Numbers in the order of choice make that a plain minimum.
with states as (

    select * from {{ ref('int_period_states') }}

),

known as (

    select * from {{ ref('int_known_period_tariffs') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

components as (

    select components.*
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_dimensions') }} as dimensions
        on
            components.tariff_no = dimensions.tariff_no
            and components.dimension_no = dimensions.dimension_no
    where not components.is_unusable and not dimensions.is_fixed

),

scenarios as (

    select
        {{ pricing_no('cdr_no', 'applied') }} as pricing_no,
        states.* {{ all_but('tariff_no') }},
        states.tariff_no
    from states
    union all
    select
        {{ pricing_no('states.cdr_no', 'known') }} as pricing_no,
        states.* {{ all_but('tariff_no') }},
        known.tariff_no
    from states
    inner join known
        on
            states.cdr_no = known.cdr_no
            and states.period_index = known.period_index

),

judged as (

    select
        states.pricing_no,
        states.period_index,
        states.policy_no,
        components.dimension_no,
        components.component_no,
        states.has_end,
        {{ volume_of('components.line_dimension', 'states') }} as quantity,
        {{ restrictions_hold('components', 'states', 'policies') }} as holds_at_start,
        {{ restrictions_hold('components', 'states', 'policies', 'end_') }} as holds_at_end,
        components.needs_current and states.min_current_a is null
        or components.needs_power and states.min_power_kw is null as lacks_dimension,
        {%- for value in ['current_a', 'power_kw'] %}
        {%- for bound in ['min', 'max'] %}
        coalesce(
            states.min_{{ value }} < components.{{ bound }}_{{ value }}
            and states.max_{{ value }} >= components.{{ bound }}_{{ value }},
            false
        )
        {{- ' or' if not loop.last }}
        {%- endfor %}
        {{- ' or' if not loop.last }}
        {%- endfor %} as swings
    from scenarios as states
    inner join policies
        on states.policy_no = policies.policy_no
    inner join components
        on
            states.tariff_no = components.tariff_no
            and {{ has_volume('components.line_dimension', 'states') }}

),

final as (

    select
        pricing_no,
        period_index,
        dimension_no,
        min(policy_no) as policy_no,
        min(quantity) as quantity,
        min(case when holds_at_start then component_no end) as component_no,
        min(case when holds_at_end then component_no end) as end_component_no,
        bool_or(has_end) as has_end,
        bool_or(lacks_dimension) as lacks_dimension,
        bool_or(swings) as swings
    from judged
    group by pricing_no, period_index, dimension_no

)

select * from final
