{#- A rule's parameter from the seed: no tolerance or wait is written into a model. -#}
{% macro rule_parameter(rule_code, parameter) -%}
    (
        select parameters.value
        from {{ ref('rule_parameters') }} as parameters
        where parameters.rule_code = '{{ rule_code }}' and parameters.parameter = '{{ parameter }}'
    )
{%- endmacro %}
