{#- After a star: without the named columns. -#}
{% macro all_but(names) -%}
    {{ 'except' if target.type == 'spark' else 'exclude' }} ({{ names }})
{%- endmacro %}
