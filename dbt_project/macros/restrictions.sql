{#-
    Whether every restriction of a component holds for the state of a period (OCPI TariffRestrictions; ends are exclusive,
    beginnings inclusive). A power or current restriction holds where the period carries no such value: nothing says
    that it does not, and a finding tells.
-#}
{% macro restrictions_hold(component, state, policy, moment='') -%}
    (not {{ component }}.needs_local_time or (
        ({{ component }}.start_date is null or {{ state }}.{{ moment }}local_date >= {{ component }}.start_date)
        and ({{ component }}.end_date is null or {{ state }}.{{ moment }}local_date < {{ component }}.end_date)
        and ({{ component }}.days_of_week is null or {{ component }}.days_of_week like '%' || {{ state }}.{{ moment }}weekday || '%')
        and case
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
    ))
    and ({{ component }}.min_kwh is null or {{ state }}.{{ moment }}reached_kwh >= {{ component }}.min_kwh)
    and ({{ component }}.max_kwh is null or {{ state }}.{{ moment }}reached_kwh < {{ component }}.max_kwh)
    and ({{ component }}.min_duration_s is null or {{ state }}.{{ moment }}reached_s >= {{ component }}.min_duration_s)
    and ({{ component }}.max_duration_s is null or {{ state }}.{{ moment }}reached_s < {{ component }}.max_duration_s)
    and ({{ component }}.min_current_a is null or {{ state }}.min_current_a is null or {{ state }}.min_current_a >= {{ component }}.min_current_a)
    and ({{ component }}.max_current_a is null or {{ state }}.max_current_a is null or {{ state }}.max_current_a < {{ component }}.max_current_a)
    and ({{ component }}.min_power_kw is null or {{ state }}.min_power_kw is null or {{ state }}.min_power_kw >= {{ component }}.min_power_kw)
    and ({{ component }}.max_power_kw is null or {{ state }}.max_power_kw is null or {{ state }}.max_power_kw < {{ component }}.max_power_kw)
    and ({{ component }}.reservation is distinct from 'RESERVATION_EXPIRES' or {{ state }}.is_expired_reservation)
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
