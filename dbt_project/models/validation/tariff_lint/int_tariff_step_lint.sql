-- Blocks that are no blocks, that look like another unit, or that depend on where a session happens to end.
with components as (

    select
        components.*,
        texts.step_size_text
    from {{ ref('int_tariff_components') }} as components
    inner join {{ ref('int_tariff_component_texts') }} as texts
        on
            components.tariff_hash = texts.tariff_hash
            and components.element_index = texts.element_index
            and components.component_index = texts.component_index
    where components.component_type in ('ENERGY', 'TIME', 'PARKING_TIME')

),

bounds as (

    select
        'ENERGY' as bounded_type,
        {{ rule_parameter('tariff_step_size_unit', 'least_energy_step_wh') }} as least,
        {{ rule_parameter('tariff_step_size_implausible', 'most_energy_step_wh') }} as most
    union all
    select
        'TIME' as bounded_type,
        {{ rule_parameter('tariff_step_size_unit', 'least_time_step_s') }} as least,
        {{ rule_parameter('tariff_step_size_implausible', 'most_time_step_s') }} as most

),

bounded as (

    select
        components.*,
        bounds.least,
        bounds.most,
        try_cast(components.step_size_text as decimal(18, 6)) <> components.step_size as has_fraction
    from components
    inner join bounds on case components.component_type when 'ENERGY' then 'ENERGY' else 'TIME' end = bounds.bounded_type

),

differing as (

    select
        tariff_hash,
        line_dimension,
        string_agg(distinct step_size, ',' order by step_size) as step_sizes
    from components
    where price <> 0 and not is_unusable
    group by tariff_hash, line_dimension
    having count(distinct step_size) > 1

),

final as (

    select
        {{ component_lint('tariff_step_size_zero', 'component_type') }}
    from bounded
    where step_size = 0 and price <> 0

    union all

    select
        {{ component_lint('tariff_step_size_implausible', 'step_size', number_text('most')) }}
    from bounded
    where step_size < 0 or step_size > most

    union all

    -- 1 is exact billing; between it and the bound lie kWh sent for Wh and minutes sent for seconds.
    select
        {{ component_lint('tariff_step_size_unit', 'step_size_text', number_text('least')) }}
    from bounded
    where has_fraction or (step_size > 1 and step_size < least)

    union all

    select
        {{ component_lint('tariff_step_size_absent', 'component_type') }}
    from bounded
    where step_size_text is null

    union all

    -- The component that prices the last period of the session decides.
    select
        {{ lint_columns('tariff_step_sizes_differ', 'step_sizes', concerns='line_dimension') }}
    from differing

)

select * from final
