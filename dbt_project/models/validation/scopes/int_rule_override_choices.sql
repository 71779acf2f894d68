-- Of several overrides of one thing the narrower wins, then the later one.
with scopes as (

    select distinct
        rule_scope_no,
        override_numbers
    from {{ ref('int_rule_scopes') }}

),

members as (

    select
        rule_scope_no,
        cast(unnest(string_split(override_numbers, ',')) as integer) as override_no
    from scopes

),

ranked as (

    select
        members.rule_scope_no,
        overrides.*,
        row_number() over (
            partition by members.rule_scope_no, overrides.rule_code, overrides.parameter
            order by
                overrides.partner is null, overrides.power_class is null,
                overrides.valid_from_date desc, overrides.override_no desc
        ) as choice_rank
    from members
    inner join {{ ref('stg_config__rule_overrides') }} as overrides on members.override_no = overrides.override_no

),

final as (

    select
        rule_scope_no,
        rule_code,
        parameter,
        value,
        severity,
        override_no
    from ranked
    where choice_rank = 1

)

select * from final
