{#- What the models of the tariff lint have in common. -#}

{#- The columns of a lint row; null where the place is not that narrow. -#}
{% macro lint_columns(lint_code, observed, bound='null', element='null', component='null', concerns='null') -%}
    tariff_hash,
        '{{ lint_code }}' as lint_code,
        cast({{ element }} as integer) as element_index,
        cast({{ component }} as integer) as component_index,
        cast({{ concerns }} as varchar) as concerns,
        cast({{ observed }} as varchar) as observed,
        cast({{ bound }} as varchar) as bound
{%- endmacro %}

{#- A lint row at a price component. -#}
{% macro component_lint(lint_code, observed, bound='null') -%}
    {{ lint_columns(lint_code, observed, bound, 'element_index', 'component_index', 'component_type') }}
{%- endmacro %}

{#- Days since 1970, so that every axis of a restriction box is a number. -#}
{% macro day_number(day) -%}
    date_diff('day', date '1970-01-01', {{ day }})
{%- endmacro %}

{#- The day of the business clock, in UTC: a lint knows no place. -#}
{% macro today_number() -%}
    {{ day_number(utc_date(as_of())) }}
{%- endmacro %}

{#- An end of a restriction box that no bound sets. -#}
{% macro unbounded() -%}
    cast(1000000000 as decimal(18, 6))
{%- endmacro %}

{#- Axes of a box that are plain ranges. -#}
{% macro box_ranges() -%}
    {{ return(['day', 'kwh', 'duration_s', 'current_a', 'power_kw']) }}
{%- endmacro %}

{#- Whether all that fits box b also fits box a. A window over midnight ends beyond the day's 86,400 seconds. -#}
{% macro box_covers(a, b) -%}
    {%- for axis in box_ranges() %}
    {{ a }}.{{ axis }}_from <= {{ b }}.{{ axis }}_from and {{ b }}.{{ axis }}_to <= {{ a }}.{{ axis }}_to and
    {%- endfor %}
    {{ a }}.weekdays & {{ b }}.weekdays = {{ b }}.weekdays
    and (
        {{ a }}.time_s_to - {{ a }}.time_s_from >= 86400
        or ({{ a }}.time_s_from <= {{ b }}.time_s_from and {{ b }}.time_s_to <= {{ a }}.time_s_to)
        or ({{ a }}.time_s_from <= {{ b }}.time_s_from + 86400 and {{ b }}.time_s_to + 86400 <= {{ a }}.time_s_to)
    )
{%- endmacro %}

{#- Whether something fits both boxes. -#}
{% macro boxes_overlap(a, b) -%}
    {%- for axis in box_ranges() %}
    {{ a }}.{{ axis }}_from < {{ b }}.{{ axis }}_to and {{ b }}.{{ axis }}_from < {{ a }}.{{ axis }}_to and
    {%- endfor %}
    {{ a }}.weekdays & {{ b }}.weekdays <> 0
    and (
        ({{ a }}.time_s_from < {{ b }}.time_s_to and {{ b }}.time_s_from < {{ a }}.time_s_to)
        or ({{ a }}.time_s_from < {{ b }}.time_s_to + 86400 and {{ b }}.time_s_from + 86400 < {{ a }}.time_s_to)
        or ({{ a }}.time_s_from + 86400 < {{ b }}.time_s_to and {{ b }}.time_s_from < {{ a }}.time_s_to + 86400)
    )
{%- endmacro %}

{#- Whether a point with a value on every axis lies in the box; its weekday is one bit. -#}
{% macro box_holds(box, point) -%}
    {%- for axis in box_ranges() %}
    {{ point }}.{{ axis }} >= {{ box }}.{{ axis }}_from and {{ point }}.{{ axis }} < {{ box }}.{{ axis }}_to and
    {%- endfor %}
    {{ point }}.weekday & {{ box }}.weekdays <> 0
    and (
        ({{ point }}.time_s >= {{ box }}.time_s_from and {{ point }}.time_s < {{ box }}.time_s_to)
        or ({{ point }}.time_s + 86400 >= {{ box }}.time_s_from and {{ point }}.time_s + 86400 < {{ box }}.time_s_to)
    )
{%- endmacro %}
