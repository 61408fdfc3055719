import { sql, type Kysely, type Migration } from 'kysely';

type Db = Kysely<unknown>;

const counts = ['pass', 'fail', 'other'] as const;

const aggregates = async (db: Db): Promise<void> => {
  const table = db.schema
    .createTable('canary_aggregate')
    .addColumn('width_ms', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('scenario', 'text', (column) => column.notNull());
  await counts
    .reduce((sofar, name) => sofar.addColumn(name, 'bigint', (column) => column.notNull()), table)
    .addColumn('latency', 'text', (column) => column.notNull())
    .addColumn('first_byte', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('canary_aggregate_key', ['target', 'width_ms', 'at', 'scenario', 'location'])
    .execute();
  await db.schema.createIndex('canary_aggregate_at').on('canary_aggregate').columns(['width_ms', 'at']).execute();
};

const daysOfRows = async (db: Db): Promise<void> => {
  const table = db.schema
    .createTable('canary_day_of_row')
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('page_row', 'text', (column) => column.notNull())
    .addColumn('day', 'bigint', (column) => column.notNull());
  await [...counts, 'warned']
    .reduce((sofar, name) => sofar.addColumn(name, 'bigint', (column) => column.notNull()), table)
    .addPrimaryKeyConstraint('canary_day_of_row_key', ['target', 'day', 'page_row'])
    .execute();
  // Those that were written before count as well.
  await sql`insert into canary_day_of_row (target, page_row, day, pass, fail, other, warned)
    select target, page_row, at - at % 86400000,
      sum(case when verdict = 'pass' then 1 else 0 end),
      sum(case when verdict = 'fail' then 1 else 0 end),
      sum(case when verdict not in ('pass', 'fail', 'unsupported') then 1 else 0 end),
      sum(case when verdict = 'pass' then warned else 0 end)
    from canary_result where verdict <> 'unsupported' group by target, page_row, at - at % 86400000`.execute(db);
};

const latencies = async (db: Db): Promise<void> => {
  await db.schema
    .createIndex('canary_result_latency')
    .on('canary_result')
    .columns(['target', 'scenario', 'location', 'at', 'id'])
    .execute();
};

/** Hours and days that outlive their results, and an index for what alert rules learn from. */
export const migration: Migration = {
  up: async (db: Db) => {
    for (const make of [aggregates, daysOfRows, latencies]) await make(db);
  },
};
