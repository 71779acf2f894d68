{#- The subtotals of a CDR that OCPI knows. -#}
{% macro cost_parts() -%}
    {{ return(['fixed', 'energy', 'time', 'parking', 'reservation']) }}
{%- endmacro %}

{#- The sum over the subtotals of an expression, in which `#` stands for the name of one. -#}
{% macro sum_of_parts(expression) -%}
    {%- for part in cost_parts() %}
    {{ '+ ' if not loop.first }}coalesce({{ expression | replace('#', part) }}, 0)
    {%- endfor %}
{%- endmacro %}

{#- How many of the subtotals there are, before or after tax. -#}
{% macro count_of_parts(side='excl_vat') -%}
    {{ sum_of_parts('cast(#_cost_' ~ side ~ ' is not null as integer)') }}
{%- endmacro %}
