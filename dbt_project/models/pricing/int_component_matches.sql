-- The first component in the tariff's order whose restrictions hold wins; ordinals make that a plain minimum.
with period_tariffs as (

    select * from {{ ref('int_period_tariffs') }}

),

states as (

    select * from {{ ref('int_period_states') }}

),

policies as (

    select * from {{ ref('int_partner_policies') }}

),

components as (

    select * from {{ ref('int_tariff_components') }}
    where not is_unusable

),

final as (

    select
        period_tariffs.cdr_key,
        period_tariffs.scenario,
        period_tariffs.period_index,
        states.moment,
        period_tariffs.tariff_hash,
        components.line_dimension,
        min(components.component_ordinal) as component_ordinal
    from period_tariffs
    inner join states
        on
            period_tariffs.cdr_key = states.cdr_key
            and period_tariffs.period_index = states.period_index
    inner join policies
        on states.partner = policies.partner
    inner join components
        on
            period_tariffs.tariff_hash = components.tariff_hash
            and {{ has_volume('components.line_dimension', 'states') }}
            and {{ restrictions_hold('components', 'states', 'policies') }}
    group by
        period_tariffs.cdr_key,
        period_tariffs.scenario,
        period_tariffs.period_index,
        states.moment,
        period_tariffs.tariff_hash,
        components.line_dimension

)

select * from final
