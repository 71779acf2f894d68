{#- Rows for which the expression is false or unknown; the expression says what must hold. -#}
{% test always_true(model, expression) %}

select *
from {{ model }}
where not coalesce({{ expression }}, false)

{% endtest %}
