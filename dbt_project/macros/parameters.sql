{#- A rule's parameter from the seed, the same for everybody: for objects that are no CDRs, and for KPIs. -#}
{% macro rule_parameter(rule_code, parameter) -%}
    (
        select parameters.value
        from {{ ref('rule_parameters') }} as parameters
        where parameters.rule_code = '{{ rule_code }}' and parameters.parameter = '{{ parameter }}'
    )
{%- endmacro %}

{#- The parameters of rules on CDRs, as the select of a step `settings`: one row per `rule_scope_no`, a column
    `<rule_code>__<parameter>` for each pair given. A CDR joins it by its `rule_scope_no` (`int_cdrs_judged`). -#}
{% macro rule_settings(pairs) -%}
    select
        rule_scope_no,
        {%- for rule_code, parameter in pairs %}
        max(case when rule_code = '{{ rule_code }}' and parameter = '{{ parameter }}' then value end)
            as {{ rule_code }}__{{ parameter }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('int_rule_settings') }}
    where rule_code in ({% for rule_code in pairs | map(attribute=0) | unique %}'{{ rule_code }}'{{ ', ' if not loop.last }}{% endfor %})
    group by rule_scope_no
{%- endmacro %}
