-- What the lint says of the bodies that stand, gathered to one hit per tariff and rule.
with lint as (

    select * from {{ ref('fct_tariff_lint') }}
    where is_rule

),

tariffs as (

    select * from {{ ref('dim_tariff_versions') }}
    where is_current

),

gathered as (

    select
        tariffs.tariff_key,
        min(tariffs.tariff_label) as tariff_label,
        min(tariffs.partner) as partner,
        lint.lint_code,
        count(distinct lint.observed) as observed_count,
        min(lint.observed) as first_observed,
        string_agg(distinct lint.observed, ',' order by lint.observed) as all_observed,
        case when count(distinct lint.bound) = 1 then min(lint.bound) end as bound
    from lint
    inner join tariffs on lint.tariff_hash = tariffs.tariff_hash
    group by tariffs.tariff_key, lint.lint_code

),

final as (

    select
        'tariff' as object_type,
        tariff_key as object_key,
        tariff_label as object_label,
        partner,
        lint_code as rule_code,
        cast(null as varchar) as severity,
        -- A tariff by the quarter of an hour has a hundred places of one kind.
        case
            when observed_count <= 5 then all_observed
            else concat(first_observed, ' and ', observed_count - 1, ' more')
        end as observed,
        bound
    from gathered

)

select * from final
