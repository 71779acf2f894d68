-- Where overrides of parameters or severities apply, the set of them gets a number; 0 is where none does.
with overrides as (

    select * from {{ ref('stg_config__rule_overrides') }}

),

places as (

    select distinct
        cdrs.partner,
        connectors.power_class,
        cdrs.session_date
    from {{ ref('fct_cdrs') }} as cdrs
    left join {{ ref('int_cdr_connectors') }} as connectors on cdrs.cdr_no = connectors.cdr_no
    where exists (select 1 from overrides)

),

applied as (

    select
        places.partner,
        places.power_class,
        places.session_date,
        string_agg(
            cast(overrides.override_no as varchar), ',' order by overrides.override_no
        ) as override_numbers
    from places
    inner join overrides
        on
            coalesce(places.partner = overrides.partner, true)
            and (overrides.power_class is null or places.power_class = overrides.power_class)
            and places.session_date >= overrides.valid_from_date
            and coalesce(places.session_date < overrides.valid_to_date, true)
    group by places.partner, places.power_class, places.session_date

),

final as (

    select
        *,
        cast(dense_rank() over (order by override_numbers) as integer) as rule_scope_no
    from applied

)

select * from final
