{#- Wall clock at a place; the zone must have been looked up before. The same in every model, so that days agree. -#}
{% macro local_time(moment, time_zone) -%}
    timezone({{ time_zone }}, {{ moment }})
{%- endmacro %}

{#- The day something counts for: local where the zone is known, else UTC, so that nothing falls out of the months. -#}
{% macro local_date(moment, time_zone) -%}
    cast(timezone(coalesce({{ time_zone }}, 'UTC'), {{ moment }}) as date)
{%- endmacro %}
