import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

/** What happened, who wants to hear of it, and how it is brought there. */
const TABLES: readonly (readonly [name: string, body: string])[] = [
  [
    'outbox_event',
    `id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id ${ID} NULL,
    topic ${ID} NOT NULL,
    provider_id ${ID} NOT NULL,
    merchant_id ${ID} NULL,
    subject ${ID} NOT NULL,
    payload TEXT NOT NULL,
    occurred_at DATETIME(3) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    spread_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_outbox_event_public_id (public_id),
    KEY IDX_outbox_event_due (spread_at, due_at),
    KEY IDX_outbox_event_subject (subject, spread_at)`,
  ],
  [
    'outbox_interest',
    `provider_id ${ID} NOT NULL,
    topic ${ID} NOT NULL,
    PRIMARY KEY (provider_id, topic)`,
  ],
  [
    'webhook_endpoint',
    `id ${ID} NOT NULL,
    provider_id ${ID} NOT NULL,
    name VARCHAR(120) NOT NULL,
    url VARCHAR(2048) NOT NULL,
    topics VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state ${ID} NOT NULL,
    disabled_because ${ID} NULL,
    failures INT UNSIGNED NOT NULL DEFAULT 0,
    failing_since DATETIME(3) NULL,
    paused_until DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    KEY IDX_webhook_endpoint_provider (provider_id, id),
    CONSTRAINT FK_webhook_endpoint_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE CASCADE`,
  ],
  [
    'webhook_secret',
    `id ${ID} NOT NULL,
    endpoint_id ${ID} NOT NULL,
    key_id ${ID} NOT NULL,
    sealed VARBINARY(512) NOT NULL,
    made_at DATETIME(3) NOT NULL,
    ends_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    KEY IDX_webhook_secret_endpoint (endpoint_id),
    CONSTRAINT FK_webhook_secret_endpoint FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint (id) ON DELETE CASCADE`,
  ],
  [
    'webhook_delivery',
    `id ${ID} NOT NULL,
    endpoint_id ${ID} NOT NULL,
    event_id BIGINT UNSIGNED NOT NULL,
    state ${ID} NOT NULL,
    reason ${ID} NULL,
    attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    next_attempt_at DATETIME(3) NOT NULL,
    last_attempt_at DATETIME(3) NULL,
    last_status SMALLINT UNSIGNED NULL,
    last_fault ${ID} NULL,
    last_response VARCHAR(500) NULL,
    last_ms INT UNSIGNED NULL,
    lease_owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    lease_until DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_webhook_delivery_event (endpoint_id, event_id),
    KEY IDX_webhook_delivery_due (endpoint_id, state, next_attempt_at),
    KEY IDX_webhook_delivery_log (endpoint_id, id),
    KEY IDX_webhook_delivery_lease (lease_until),
    KEY IDX_webhook_delivery_event (event_id),
    CONSTRAINT FK_webhook_delivery_endpoint FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    CONSTRAINT FK_webhook_delivery_event FOREIGN KEY (event_id) REFERENCES outbox_event (id) ON DELETE CASCADE`,
  ],
  [
    'late_ticket',
    `platform_id ${ID} NOT NULL,
    received_at DATETIME(3) NOT NULL,
    PRIMARY KEY (platform_id, received_at),
    CONSTRAINT FK_late_ticket_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE`,
  ],
];

export class CreateWebhooks1795680000000 implements MigrationInterface {
  name = 'CreateWebhooks1795680000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, body] of TABLES) await runner.query(`CREATE TABLE IF NOT EXISTS ${name} (${body}) ${OPTIONS}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of TABLES.toReversed()) await runner.query(`DROP TABLE IF EXISTS ${name}`);
  }
}
