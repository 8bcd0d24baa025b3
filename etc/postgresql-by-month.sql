-- Events of each month in a table of their own, so that old months go by dropping a table. To be run once, ahead of the
-- first start of hookswitch, as the user that it will be; hookswitch makes the other tables and leaves these as they are.
--
--   psql -f postgresql-by-month.sql postgresql://hookswitch@db1/hookswitch
--
-- The key has the time in it, as a partitioned table's key must, and so does not tell a repeat by itself: hookswitch sees
-- that the table is partitioned and looks, under a lock on the sid.

CREATE SCHEMA IF NOT EXISTS hookswitch;

CREATE TABLE hookswitch.event (
    sid text NOT NULL, kind text NOT NULL, mark text NOT NULL,
    name text NOT NULL, state text NOT NULL, rank bigint NOT NULL, sequence bigint NOT NULL,
    line text NOT NULL, from_number text NOT NULL, to_number text NOT NULL, parent_sid text NOT NULL,
    received_us bigint NOT NULL, parameters bytea NOT NULL, origin text NOT NULL, answer text NOT NULL,
    PRIMARY KEY (sid, kind, mark, received_us)
) PARTITION BY RANGE (received_us);

-- What has no month of its own yet is taken all the same.
CREATE TABLE hookswitch.event_other PARTITION OF hookswitch.event DEFAULT;

-- Two years of months, from this one. Run this part again each year with another start.
DO $$
DECLARE
    month timestamptz := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
BEGIN
    FOR n IN 1..24 LOOP
        EXECUTE format('CREATE TABLE IF NOT EXISTS hookswitch.event_%s PARTITION OF hookswitch.event FOR VALUES FROM (%s) TO (%s)',
                       to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'),
                       (extract(epoch FROM month) * 1000000)::bigint,
                       (extract(epoch FROM month + interval '1 month') * 1000000)::bigint);
        month := month + interval '1 month';
    END LOOP;
END
$$;
