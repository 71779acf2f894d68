{#- How a text that came in JSON becomes a value. Nothing here fails: what cannot be read is null,
    and the staging model names the field in `unreadable_fields`. -#}

{#- Text without surrounding blanks; an empty text counts as absent. -#}
{% macro read_text(text) -%}
    nullif(trim({{ text }}), '')
{%- endmacro %}

{#- OCPI enumerations and codes are compared without regard to case (types, CiString). -#}
{% macro read_code(text) -%}
    nullif(upper(trim({{ text }})), '')
{%- endmacro %}

{#- A number is read from its digits as DECIMAL(18,6), never through double, and only within a million, which is what
    twelve digits hold. -#}
{% macro read_number(text) -%}
    cast(try_cast({{ text }} as decimal(12, 6)) as decimal(18, 6))
{%- endmacro %}

{#- A timestamp without designator is UTC (types, DateTime); an offset is converted. The range keeps out
    `infinity` and years that no calendar function can take. -#}
{% macro read_timestamp(text) -%}
    case
        when try_cast({{ text }} as timestamptz) between timestamptz '1900-01-01 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00'
            then try_cast({{ text }} as timestamptz)
    end
{%- endmacro %}

{#- OCPI writes UTC, with Z or nothing; an offset is outside of it. -#}
{% macro has_offset(timestamp_text) -%}
    coalesce(substr({{ timestamp_text }}, 11) like '%+%' or substr({{ timestamp_text }}, 11) like '%-%', false)
{%- endmacro %}

{% macro read_boolean(text) -%}
    try_cast(lower(trim({{ text }})) as boolean)
{%- endmacro %}

{#- Whether a JSON that from_json cut out is a list with entries. Such JSON is minified, so nothing has to be counted. -#}
{% macro is_filled_list(json) -%}
    (starts_with({{ json }}, '[') and {{ json }} <> '[]')
{%- endmacro %}

{#- A comma list of the names whose condition holds, or null when none does. `checks` is a list of [name, condition].
    Most records have none, and to know that takes no texts. -#}
{% macro names_where(checks) -%}
    case
        when
        {%- for name, condition in checks %}
            {{ "or " if not loop.first }}({{ condition }})
        {%- endfor %}
            then concat_ws(
                ',',
            {%- for name, condition in checks %}
                case when {{ condition }} then '{{ name }}' end{{ "," if not loop.last }}
            {%- endfor %}
            )
    end
{%- endmacro %}

{#- Which of the texts are there but have no value: `pairs` is a list of [name, text, value]. -#}
{% macro unreadable_among(pairs) -%}
    {%- set checks = [] -%}
    {%- for name, text, value in pairs -%}
        {%- do checks.append([name, text ~ ' is not null and ' ~ value ~ ' is null']) -%}
    {%- endfor -%}
    {{ names_where(checks) }}
{%- endmacro %}

{#- 2.1.1 and before differ so much in shape that they are told apart by this. -#}
{% macro is_ocpi_21(version) -%}
    ({{ version }} like '2.1%' or {{ version }} like '2.0%')
{%- endmacro %}
