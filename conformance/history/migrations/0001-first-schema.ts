import { sql, type Kysely, type Migration } from 'kysely';

type Db = Kysely<unknown>;

const amounts = ['requests', 'input_tokens', 'output_tokens'] as const;

const rounds = async (db: Db): Promise<void> => {
  const table = db.schema
    .createTable('canary_round')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('cause', 'text')
    .addColumn('note', 'text');
  await amounts
    .reduce((sofar, name) => sofar.addColumn(name, 'bigint', (column) => column.notNull()), table)
    .addColumn('usd', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('canary_round_at').on('canary_round').columns(['started_at', 'id']).execute();
  await db.schema.createIndex('canary_round_of_target').on('canary_round').columns(['target', 'started_at', 'id']).execute();
};

const results = async (db: Db): Promise<void> => {
  const table = db.schema
    .createTable('canary_result')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('round', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('scenario', 'text', (column) => column.notNull())
    .addColumn('page_row', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('duration_ms', 'double precision', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('warned', 'integer', (column) => column.notNull());
  await amounts
    .reduce((sofar, name) => sofar.addColumn(name, 'bigint', (column) => column.notNull()), table)
    .addColumn('usd', 'double precision', (column) => column.notNull())
    .addColumn('first_byte_ms', 'double precision')
    .addColumn('total_ms', 'double precision')
    .addColumn('told', 'text')
    .execute();
  await db.schema.createIndex('canary_result_at').on('canary_result').columns(['at', 'id']).execute();
  await db.schema.createIndex('canary_result_of_round').on('canary_result').column('round').execute();
  await db.schema.createIndex('canary_result_of_target').on('canary_result').columns(['target', 'at', 'id']).execute();
  await db.schema
    .createTable('canary_evidence')
    .addColumn('result', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('canary_evidence_at').on('canary_evidence').column('at').execute();
};

const states = async (db: Db): Promise<void> => {
  await db.schema
    .createTable('canary_state')
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('scenario', 'text', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('canary_state_key', ['target', 'location', 'scenario'])
    .execute();
};

const incidents = async (db: Db): Promise<void> => {
  await db.schema
    .createTable('canary_incident')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('scenario', 'text', (column) => column.notNull())
    .addColumn('page_row', 'text', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addColumn('closed_at', 'bigint')
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('canary_incident_at').on('canary_incident').columns(['opened_at', 'id']).execute();
  // One is open at most: what two locations see is the same incident, and the database says so too.
  await db.schema
    .createIndex('canary_incident_open')
    .unique()
    .on('canary_incident')
    .columns(['target', 'scenario', 'rule'])
    .where(sql.ref('closed_at'), 'is', null)
    .execute();
};

const deliveries = async (db: Db): Promise<void> => {
  await db.schema
    .createTable('canary_delivery')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incident', 'text', (column) => column.notNull())
    .addColumn('destination', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .addColumn('delivered_at', 'bigint')
    .addColumn('given_up_at', 'bigint')
    .addColumn('last_error', 'text')
    .execute();
  await db.schema.createIndex('canary_delivery_of_incident').on('canary_delivery').column('incident').execute();
  await db.schema
    .createIndex('canary_delivery_due')
    .on('canary_delivery')
    .column('next_at')
    .where(sql.ref('delivered_at'), 'is', null)
    .where(sql.ref('given_up_at'), 'is', null)
    .execute();
};

const spending = async (db: Db): Promise<void> => {
  const windows = db.schema
    .createTable('canary_spend')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('span', 'text', (column) => column.notNull())
    .addColumn('start_at', 'bigint', (column) => column.notNull());
  await amounts
    .reduce((sofar, name) => sofar.addColumn(name, 'bigint', (column) => column.notNull()), windows)
    .addColumn('seconds', 'double precision', (column) => column.notNull())
    .addColumn('usd', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('canary_spend_key', ['scope', 'span', 'start_at'])
    .execute();
  const reservations = db.schema
    .createTable('canary_reservation')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull());
  await amounts
    .reduce((sofar, name) => sofar.addColumn(name, 'bigint', (column) => column.notNull()), reservations)
    .addColumn('seconds', 'double precision', (column) => column.notNull())
    .addColumn('usd', 'double precision', (column) => column.notNull())
    .addColumn('settled', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('canary_reservation_at').on('canary_reservation').column('at').execute();
};

const facts = async (db: Db): Promise<void> => {
  await db.schema
    .createTable('canary_fact')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
};

/** What was released first: rounds, results, states, incidents, deliveries, spending, facts. */
export const migration: Migration = {
  up: async (db: Db) => {
    for (const make of [rounds, results, states, incidents, deliveries, spending, facts]) await make(db);
  },
};
