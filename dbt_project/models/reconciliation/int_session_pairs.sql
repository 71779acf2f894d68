-- The ladder: at each level a free session and a free CDR that are each other's best choice become a pair and leave.
{% set levels = [1, 2, 3] -%}
with candidates as (

    select * from {{ ref('int_session_candidates') }}
    -- A credit CDR repeats the session of its original and must not take the place of it.
    where not is_credit

),

{% for level in levels %}
ranked_{{ level }} as (

    select
        session_key,
        cdr_key,
        match_level,
        row_number() over (
            partition by session_key
            order by start_gap_s, cdr_first_received_at, cdr_key
        ) as cdr_rank,
        row_number() over (
            partition by cdr_key
            order by start_gap_s, session_key
        ) as session_rank,
    from candidates
    where
        match_level = {{ level }}
        {% for earlier in range(1, level) %}
        and candidates.session_key not in (select paired_{{ earlier }}.session_key from paired_{{ earlier }})
        and candidates.cdr_key not in (select paired_{{ earlier }}.cdr_key from paired_{{ earlier }})
        {% endfor %}

),

paired_{{ level }} as (

    select
        session_key,
        cdr_key,
        match_level,
    from ranked_{{ level }}
    where cdr_rank = 1 and session_rank = 1

),

{% endfor %}
final as (

    {% for level in levels %}
    select * from paired_{{ level }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
