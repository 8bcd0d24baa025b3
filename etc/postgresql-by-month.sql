-- Partitions events by month, so that dropping a table deletes a month. Run this once before the first start of hookswitch,
-- as its database user. hookswitch then creates the other tables.
--
--   psql -f postgresql-by-month.sql postgresql://hookswitch@db1/hookswitch
--
-- The primary key of a partitioned table must contain the time, so it does not detect repeats. hookswitch notices that the
-- table is partitioned, and looks for repeats under a lock on the sid.

CREATE SCHEMA IF NOT EXISTS hookswitch;

CREATE TABLE hookswitch.event (
    sid text NOT NULL, kind text NOT NULL, mark text NOT NULL,
    name text NOT NULL, state text NOT NULL, rank bigint NOT NULL, sequence bigint NOT NULL,
    line text NOT NULL, from_number text NOT NULL, to_number text NOT NULL, parent_sid text NOT NULL,
    received_us bigint NOT NULL, parameters bytea NOT NULL, origin text NOT NULL, answer text NOT NULL,
    PRIMARY KEY (sid, kind, mark, received_us)
) PARTITION BY RANGE (received_us);

-- Holds events of months without a partition.
CREATE TABLE hookswitch.event_other PARTITION OF hookswitch.event DEFAULT;

-- Creates partitions for 24 months from now. Run this part again every year.
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
