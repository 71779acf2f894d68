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

{#- Weekdays as one bit each, Monday 1 to Sunday 64: whether a day is among some is one comparison of numbers. -#}
{% macro weekday_bit(local) -%}
    {{ return(adapter.dispatch('weekday_bit')(local)) }}
{%- endmacro %}

{% macro duckdb__weekday_bit(local) -%}
    cast(1 << (isodow({{ local }}) - 1) as integer)
{%- endmacro %}

{% macro spark__weekday_bit(local) -%}
    shiftleft(1, weekday({{ local }}))
{%- endmacro %}

{#- OCPI's DayOfWeek values in a text, as bits. -#}
{% macro weekday_bits(names) -%}
    {%- for day in ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] %}
    {{ '+ ' if not loop.first }}case when {{ names }} like '%{{ day }}%' then {{ 2 ** loop.index0 }} else 0 end
    {%- endfor %}
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

{#- The moment one second before. -#}
{% macro second_before(moment) -%}
    {{ return(adapter.dispatch('second_before')(moment)) }}
{%- endmacro %}

{% macro duckdb__second_before(moment) -%}
    make_timestamptz(epoch_us({{ moment }}) - 1000000)
{%- endmacro %}

{% macro spark__second_before(moment) -%}
    {{ moment }} - interval 1 second
{%- endmacro %}

{#- A moment in UTC as people read it, the way DuckDB writes it: 2026-10-25 01:30:00+00. -#}
{% macro moment_text(moment) -%}
    {{ return(adapter.dispatch('moment_text')(moment)) }}
{%- endmacro %}

{% macro duckdb__moment_text(moment) -%}
    cast({{ moment }} as varchar)
{%- endmacro %}

{% macro spark__moment_text(moment) -%}
    cast({{ moment }} as string) || '+00'
{%- endmacro %}

{#- How far the local clock is ahead of UTC at a moment. -#}
{% macro utc_offset_s(moment, time_zone) -%}
    date_diff('second', timezone('UTC', {{ moment }}), timezone({{ time_zone }}, {{ moment }}))
{%- endmacro %}

{#- R23: whether a moment of a CDR lies beside that of its session by what the local clock is ahead of UTC: the CDR told
    local time where the session tells the moment, or the other way round. Where the zone is UTC nothing can be told. -#}
{% macro is_shifted(moment, delta_s, time_zone, tolerance_s) -%}
    {%- set cdr_offset_s = utc_offset_s(moment, time_zone) -%}
    {%- set session_offset_s = utc_offset_s('(' ~ moment ~ ' - to_seconds(' ~ delta_s ~ '))', time_zone) -%}
    (abs({{ delta_s }} - {{ session_offset_s }}) <= {{ tolerance_s }} and {{ session_offset_s }} <> 0)
    or (abs({{ delta_s }} + {{ cdr_offset_s }}) <= {{ tolerance_s }} and {{ cdr_offset_s }} <> 0)
{%- endmacro %}
