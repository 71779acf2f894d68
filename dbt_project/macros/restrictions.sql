{#-
    The restrictions of a tariff element (OCPI TariffRestrictions) in the order in which a reader checks them. Each is a
    predicate of that name in `restriction_holds`; those that look at the wall clock come first.
-#}
{% macro clock_restrictions() -%}
    start_date end_date day_of_week time_of_day
{%- endmacro %}

{% macro other_restrictions() -%}
    min_kwh max_kwh min_duration max_duration min_current max_current min_power max_power reservation
{%- endmacro %}

{#-
    Whether every restriction of a component holds for the state of a period. What the session had reached stands in
    columns that begin with `moment`: by default those of the period's start.
-#}
{% macro restrictions_hold(component, state, policy, moment='') -%}
    case
        when not {{ component }}.needs_local_time then true
        else
            {%- for name in clock_restrictions().split() %}
            {{ "and " if not loop.first }}{{ restriction_holds(name, component, state, policy, moment) }}
            {%- endfor %}
    end
    {%- for name in other_restrictions().split() %}
    and {{ restriction_holds(name, component, state, policy, moment) }}
    {%- endfor %}
{%- endmacro %}

{#- The names of the restrictions that do not hold, comma-separated in that order; empty where all hold. -#}
{% macro failed_restrictions(component, state, policy) -%}
    concat_ws(
        ','
        {%- for name in clock_restrictions().split() + other_restrictions().split() %},
        case when not coalesce({{ restriction_holds(name, component, state, policy) }}, false) then '{{ name }}' end
        {%- endfor %}
    )
{%- endmacro %}

{#-
    Whether one restriction holds: beginnings are inclusive, ends exclusive. A power or current restriction holds where
    the period carries no such value: nothing says that it does not, and a finding tells.
-#}
{% macro restriction_holds(name, component, state, policy, moment='') -%}
    {%- if name == 'start_date' -%}
    ({{ component }}.start_date is null or {{ state }}.{{ moment }}local_date >= {{ component }}.start_date)
    {%- elif name == 'end_date' -%}
    ({{ component }}.end_date is null or {{ state }}.{{ moment }}local_date < {{ component }}.end_date)
    {%- elif name == 'day_of_week' -%}
    ({{ component }}.days_of_week is null or ({{ component }}.weekday_bits & {{ state }}.{{ moment }}weekday_bit) <> 0)
    {%- elif name == 'time_of_day' -%}
    case
            when {{ component }}.start_time_s is null and {{ component }}.end_time_s is null then true
            -- From 00:00 to 00:00 is a whole day by itself, for 00:00 ends the day.
            when {{ component }}.start_time_s = {{ component }}.end_time_s and {{ component }}.end_time_s <> 0
                then {{ policy }}.start_equals_end = 'whole_day'
            when {{ component }}.start_time_s is null
                then {{ component }}.end_time_s = 0 or {{ state }}.{{ moment }}local_time_s < {{ component }}.end_time_s
            when {{ component }}.end_time_s is null or {{ component }}.end_time_s = 0
                then {{ state }}.{{ moment }}local_time_s >= {{ component }}.start_time_s
            when {{ component }}.end_time_s < {{ component }}.start_time_s
                then {{ state }}.{{ moment }}local_time_s >= {{ component }}.start_time_s
                    or {{ state }}.{{ moment }}local_time_s < {{ component }}.end_time_s
            else {{ state }}.{{ moment }}local_time_s >= {{ component }}.start_time_s
                and {{ state }}.{{ moment }}local_time_s < {{ component }}.end_time_s
        end
    {%- elif name == 'min_kwh' -%}
    ({{ component }}.min_kwh is null or {{ state }}.{{ moment }}reached_kwh >= {{ component }}.min_kwh)
    {%- elif name == 'max_kwh' -%}
    ({{ component }}.max_kwh is null or {{ state }}.{{ moment }}reached_kwh < {{ component }}.max_kwh)
    {%- elif name == 'min_duration' -%}
    ({{ component }}.min_duration_s is null or {{ state }}.{{ moment }}reached_s >= {{ component }}.min_duration_s)
    {%- elif name == 'max_duration' -%}
    ({{ component }}.max_duration_s is null or {{ state }}.{{ moment }}reached_s < {{ component }}.max_duration_s)
    {%- elif name in ('min_current', 'min_power') -%}
    {%- set column = {'min_current': 'min_current_a', 'min_power': 'min_power_kw'}[name] -%}
    ({{ component }}.{{ column }} is null or {{ state }}.{{ column }} is null or {{ state }}.{{ column }} >= {{ component }}.{{ column }})
    {%- elif name in ('max_current', 'max_power') -%}
    {%- set column = {'max_current': 'max_current_a', 'max_power': 'max_power_kw'}[name] -%}
    ({{ component }}.{{ column }} is null or {{ state }}.{{ column }} is null or {{ state }}.{{ column }} < {{ component }}.{{ column }})
    {%- elif name == 'reservation' -%}
    ({{ component }}.reservation is distinct from 'RESERVATION_EXPIRES' or {{ state }}.is_expired_reservation)
    {%- endif -%}
{%- endmacro %}

{% macro has_charging_volume(period) -%}
    (coalesce({{ period }}.energy_kwh, 0) <> 0 or coalesce({{ period }}.time_h, 0) <> 0 or coalesce({{ period }}.parking_time_h, 0) <> 0)
{%- endmacro %}

{% macro has_reservation_volume(period) -%}
    (coalesce({{ period }}.reservation_time_h, 0) <> 0)
{%- endmacro %}

{#- Whether the period holds something that a component of this line dimension could price. -#}
{% macro has_volume(line_dimension, state) -%}
    case {{ line_dimension }}
        when 'ENERGY' then coalesce({{ state }}.energy_kwh, 0) <> 0
        when 'TIME' then coalesce({{ state }}.time_h, 0) <> 0
        when 'PARKING_TIME' then coalesce({{ state }}.parking_time_h, 0) <> 0
        when 'RESERVATION_TIME' then {{ has_reservation_volume(state) }}
        when 'RESERVATION_FLAT' then {{ has_reservation_volume(state) }}
        -- A start fee is due for charging, not for a reservation that came before it or that nobody used.
        when 'FLAT' then not {{ state }}.is_expired_reservation
            and ({{ has_charging_volume(state) }} or not {{ has_reservation_volume(state) }})
    end
{%- endmacro %}

{#- How much of a line dimension a period holds; a fee counts once. -#}
{% macro volume_of(line_dimension, state) -%}
    case {{ line_dimension }}
        when 'ENERGY' then {{ state }}.energy_kwh
        when 'TIME' then {{ state }}.time_h
        when 'PARKING_TIME' then {{ state }}.parking_time_h
        when 'RESERVATION_TIME' then {{ state }}.reservation_time_h
        else cast(1 as decimal(18, 6))
    end
{%- endmacro %}
