-- The ladder: at each level a free session and a free CDR that are each other's best choice become a pair and leave.
{% set levels = [1, 2, 3] -%}
with only_ones as (

    select
        session_no,
        cdr_no,
    from {{ ref('int_session_id_matches') }}
    where is_only

),

candidates as (

    select * from {{ ref('int_session_candidates') }}
    -- A credit CDR repeats the session of its original and must not take the place of it.
    where
        not is_credit
        and session_no not in (select only_ones.session_no from only_ones)

),

{% for level in levels %}
ranked_{{ level }} as (

    select
        session_no,
        cdr_no,
        match_level,
        row_number() over (
            partition by session_no
            order by start_gap_s, cdr_first_received_at, cdr_key
        ) as cdr_rank,
        row_number() over (
            partition by cdr_no
            order by start_gap_s, session_key
        ) as session_rank,
    from candidates
    where
        match_level = {{ level }}
        {% for earlier in range(1, level) %}
        and candidates.session_no not in (select paired_{{ earlier }}.session_no from paired_{{ earlier }})
        and candidates.cdr_no not in (select paired_{{ earlier }}.cdr_no from paired_{{ earlier }})
        {% endfor %}

),

paired_{{ level }} as (

    select
        session_no,
        cdr_no,
        match_level,
    from ranked_{{ level }}
    where cdr_rank = 1 and session_rank = 1

),

{% endfor %}
final as (

    select
        session_no,
        cdr_no,
        1 as match_level,
    from only_ones
    {% for level in levels %}
    union all
    select * from paired_{{ level }}
    {% endfor %}

)

select * from final
