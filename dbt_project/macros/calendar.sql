{#- The UTC date of a moment: the day of everything that is counted by receipt. -#}
{% macro utc_date(instant) -%}
    cast({{ local_time(instant, "'UTC'") }} as date)
{%- endmacro %}

{#- The first day of the month of a date. -#}
{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}
