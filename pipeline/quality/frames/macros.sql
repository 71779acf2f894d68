-- How a suite reads what was sent. Nothing here fails: what cannot be read is null.

-- An empty text counts as absent.
create or replace temp macro filled(sent) as nullif(trim(sent), '');

-- OCPI compares codes without regard to case.
create or replace temp macro code(sent) as nullif(upper(trim(sent)), '');

-- Six decimals, below a million.
create or replace temp macro number(sent) as try_cast(sent as decimal(12, 6));

-- UTC where no zone is named; within the years that calendars of our engine know.
create or replace temp macro moment(sent) as case
    when try_cast(sent as timestamptz)
        between timestamptz '1900-01-01 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00'
        then try_cast(sent as timestamptz)
end;

create or replace temp macro moment_text(instant) as strftime(timezone('UTC', instant), '%Y-%m-%dT%H:%M:%SZ');

-- Whole milliseconds, as senders write them.
create or replace temp macro seconds_between(earlier, later) as date_diff('millisecond', earlier, later) * 0.001;

-- What of the dimensions of one charging period, {type, volume}, is of this type.
create or replace temp macro volumes(dimensions, kind) as list_transform(
    list_filter(dimensions, lambda dimension: dimension.type = kind), lambda dimension: dimension.volume
);
