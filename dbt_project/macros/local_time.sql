{#- Wall clock at a place; the zone must have been looked up before. The same in every model, so that days agree. -#}
{% macro local_time(moment, time_zone) -%}
    {{ return(adapter.dispatch('local_time')(moment, time_zone)) }}
{%- endmacro %}

{% macro duckdb__local_time(moment, time_zone) -%}
    timezone({{ time_zone }}, {{ moment }})
{%- endmacro %}

{% macro spark__local_time(moment, time_zone) -%}
    from_utc_timestamp({{ moment }}, {{ time_zone }})
{%- endmacro %}

{#- The day something counts for: local where the zone is known, else UTC, so that nothing falls out of the months. -#}
{% macro local_date(moment, time_zone) -%}
    cast({{ local_time(moment, "coalesce(" ~ time_zone ~ ", 'UTC')") }} as date)
{%- endmacro %}

{#- The weekday of a wall clock as OCPI's DayOfWeek spells it. -#}
{% macro weekday_name(local) -%}
    {{ return(adapter.dispatch('weekday_name')(local)) }}
{%- endmacro %}

{% macro duckdb__weekday_name(local) -%}
    upper(dayname({{ local }}))
{%- endmacro %}

{% macro spark__weekday_name(local) -%}
    upper(date_format({{ local }}, 'EEEE'))
{%- endmacro %}

{#- Whole seconds that passed in real time, whatever the clocks did. -#}
{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between')(earlier, later)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%}
    date_diff('second', {{ earlier }}, {{ later }})
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    timestampdiff(second, {{ earlier }}, {{ later }})
{%- endmacro %}

{#- Whole seconds since local midnight of a wall clock. -#}
{% macro second_of_day(local) -%}
    {{ return(adapter.dispatch('second_of_day')(local)) }}
{%- endmacro %}

{% macro duckdb__second_of_day(local) -%}
    cast((epoch_ms({{ local }}) // 1000) % 86400 as integer)
{%- endmacro %}

{% macro spark__second_of_day(local) -%}
    hour({{ local }}) * 3600 + minute({{ local }}) * 60 + second({{ local }})
{%- endmacro %}
