{#- `HH:MM` or `HH:MM:SS` to seconds since local midnight; null where it is neither. -#}
{% macro to_second_of_day(text) -%}
    case
        when regexp_matches({{ text }}, '^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$')
            then cast(split_part({{ text }}, ':', 1) as integer) * 3600
                + cast(split_part({{ text }}, ':', 2) as integer) * 60
                + coalesce(try_cast(split_part({{ text }}, ':', 3) as integer), 0)
        when regexp_matches({{ text }}, '^24:00(:00)?$') then 86400
    end
{%- endmacro %}
