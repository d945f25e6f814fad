import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(32) ${ASCII}`;

const TABLES: readonly (readonly [name: string, body: string])[] = [
  // merchant_id: no foreign key, the receipt outlives its merchant. open_for: the merchant again while the purge is not over.
  [
    'merchant_purge',
    `id ${ID} NOT NULL,
    provider_id ${ID} NOT NULL,
    merchant_id ${ID} NOT NULL,
    open_for ${ID} NULL,
    state ${ID} NOT NULL,
    requested_by ${ID} NOT NULL,
    requested_at DATETIME(3) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    started_at DATETIME(3) NULL,
    gone_at DATETIME(3) NULL,
    done_at DATETIME(3) NULL,
    cancelled_by ${ID} NULL,
    cancelled_at DATETIME(3) NULL,
    removed VARCHAR(4000) ${ASCII} NOT NULL,
    lease_owner VARCHAR(64) ${ASCII} NULL,
    lease_until DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_merchant_purge_open (open_for),
    KEY IDX_merchant_purge_provider (provider_id, id),
    KEY IDX_merchant_purge_merchant (merchant_id, id),
    KEY IDX_merchant_purge_due (state, due_at),
    CONSTRAINT FK_merchant_purge_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE RESTRICT`,
  ],
  // Who and what leaves, by public id: kept until the purge is done, since their own rows go before what names them.
  [
    'merchant_purge_subject',
    `purge_id ${ID} NOT NULL,
    id ${ID} NOT NULL,
    account_id INT UNSIGNED NULL,
    platform_id ${ID} NULL,
    appid ${ID} NULL,
    PRIMARY KEY (purge_id, id),
    CONSTRAINT FK_merchant_purge_subject_purge FOREIGN KEY (purge_id) REFERENCES merchant_purge (id) ON DELETE CASCADE`,
  ],
  // appid_hash: keyed with the platform's pepper, a sealed secret of the platform.
  [
    'departed_account',
    `platform_id ${ID} NOT NULL,
    appid_hash BINARY(32) NOT NULL,
    left_at DATETIME(3) NOT NULL,
    PRIMARY KEY (platform_id, appid_hash),
    CONSTRAINT FK_departed_account_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE`,
  ],
  // What a purge emptied of a chain: sealed, so that nobody else can say it was a purge.
  [
    'audit_purge',
    `chain ${ID} NOT NULL,
    purge_id ${ID} NOT NULL,
    key_id ${ID} NOT NULL,
    sealed VARBINARY(200) NOT NULL,
    PRIMARY KEY (chain, purge_id)`,
  ],
];

export class LetMerchantsLeave1795720000000 implements MigrationInterface {
  name = 'LetMerchantsLeave1795720000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, body] of TABLES) await runner.query(`CREATE TABLE IF NOT EXISTS ${name} (${body}) ${OPTIONS}`);
    // MySQL commits each ALTER by itself: one that was done before the process died is not done again.
    if (!(await runner.hasColumn('audit_event', 'purge_id')))
      await runner.query(`ALTER TABLE audit_event ADD COLUMN purge_id ${ID} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('audit_event', 'purge_id'))
      await runner.query('ALTER TABLE audit_event DROP COLUMN purge_id');
    await runner.query("DELETE FROM platform_secret WHERE kind = 'departure_pepper'");
    for (const [name] of TABLES.toReversed()) await runner.query(`DROP TABLE IF EXISTS ${name}`);
  }
}
