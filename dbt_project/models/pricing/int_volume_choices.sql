-- For each volume that its tariff prices somewhere: what prices it when the period begins, and just before it ends.
with matches as (

    select
        matches.*,
        components.price,
        components.vat_percent,
        components.step_size
    from {{ ref('int_component_matches') }} as matches
    inner join {{ ref('int_tariff_components') }} as components
        on
            matches.tariff_hash = components.tariff_hash
            and matches.component_ordinal = components.component_ordinal
    where matches.scenario = 'applied'

),

period_tariffs as (

    select * from {{ ref('int_period_tariffs') }}
    where scenario = 'applied'

),

states as (

    select * from {{ ref('int_period_states') }}

),

dimensions as (

    select * from {{ ref('int_tariff_dimensions') }}

),

volumes as (

    select
        period_tariffs.cdr_key,
        period_tariffs.period_index,
        dimensions.line_dimension,
        dimensions.is_restricted,
        dimensions.needs_current and states.min_current_a is null
        or dimensions.needs_power and states.min_power_kw is null as lacks_dimension
    from period_tariffs
    inner join states
        on
            period_tariffs.cdr_key = states.cdr_key
            and period_tariffs.period_index = states.period_index
            and states.moment = 'start'
    inner join dimensions
        on
            period_tariffs.tariff_hash = dimensions.tariff_hash
            and {{ has_volume('dimensions.line_dimension', 'states') }}

),

final as (

    select
        volumes.cdr_key,
        volumes.period_index,
        volumes.line_dimension,
        volumes.is_restricted,
        volumes.lacks_dimension,
        at_start.component_ordinal as start_ordinal,
        at_end.component_ordinal as end_ordinal,
        concat_ws(',', at_start.price, at_start.vat_percent, at_start.step_size) as start_price,
        concat_ws(',', at_end.price, at_end.vat_percent, at_end.step_size) as end_price,
        ends.cdr_key is not null as has_end
    from volumes
    left join matches as at_start
        on
            volumes.cdr_key = at_start.cdr_key
            and volumes.period_index = at_start.period_index
            and volumes.line_dimension = at_start.line_dimension
            and at_start.moment = 'start'
    left join matches as at_end
        on
            volumes.cdr_key = at_end.cdr_key
            and volumes.period_index = at_end.period_index
            and volumes.line_dimension = at_end.line_dimension
            and at_end.moment = 'end'
    left join states as ends
        on
            volumes.cdr_key = ends.cdr_key
            and volumes.period_index = ends.period_index
            and ends.moment = 'end'

)

select * from final
