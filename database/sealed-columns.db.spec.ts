import { credentialSealedColumns } from '@app/credentials';
import { idempotencySealedColumns } from '@app/platform';
import { tenantSealedColumns } from '@app/tenants';
import { webhookSealedColumns } from '@app/webhooks';
import { openTestDatabase, type TestDatabase } from '../test/support/test-database';

/** What a lib forgets to declare, a rotation of keys leaves behind. */
describe('sealed columns', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
  }, 60_000);
  afterAll(() => database.drop());

  it('are all that the tables have', async () => {
    const rows = await database.dataSource.query<{ place: string }[]>(
      `SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) AS place FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() AND (COLUMN_NAME LIKE '%sealed%' OR COLUMN_NAME = 'key_id')`,
    );
    const ours = [...tenantSealedColumns, ...idempotencySealedColumns];
    const declared = [...credentialSealedColumns, ...ours, ...webhookSealedColumns].flatMap(
      ({ table, sealedColumn, keyIdColumn }) => [`${table}.${sealedColumn}`, `${table}.${keyIdColumn}`],
    );
    expect(rows.map(({ place }) => place).sort()).toEqual(declared.sort());
  });
});
