import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';

/** Deleting a campaign or its account takes a bound invite with it: unbound, it would be open to any account. */
const BIND_INVITES = `ALTER TABLE invite
    ADD COLUMN campaign_id ${ID} NULL,
    ADD COLUMN bound_account_id INT UNSIGNED NULL,
    ADD KEY IDX_invite_campaign (campaign_id),
    ADD KEY IDX_invite_bound_account (bound_account_id),
    ADD CONSTRAINT FK_invite_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    ADD CONSTRAINT FK_invite_bound_account FOREIGN KEY (bound_account_id) REFERENCES account (id) ON DELETE CASCADE`;
const TABLES = [
  `CREATE TABLE IF NOT EXISTS campaign (
    id ${ID} NOT NULL,
    provider_id ${ID} NOT NULL,
    name VARCHAR(120) NOT NULL,
    member_count INT UNSIGNED NOT NULL,
    created_by ${ID} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    closed_at DATETIME(3) NULL,
    PRIMARY KEY (id),
    KEY IDX_campaign_provider (provider_id, id),
    CONSTRAINT FK_campaign_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE RESTRICT
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS campaign_set (
    campaign_id ${ID} NOT NULL,
    set_id SMALLINT UNSIGNED NOT NULL,
    PRIMARY KEY (campaign_id, set_id),
    CONSTRAINT FK_campaign_set_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  // invite_id: the member's one live link; another one naming the member was replaced.
  `CREATE TABLE IF NOT EXISTS campaign_member (
    campaign_id ${ID} NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    because ${WORD} NOT NULL,
    invite_id ${ID} NULL,
    sent_at DATETIME(3) NULL,
    opened_at DATETIME(3) NULL,
    PRIMARY KEY (campaign_id, account_id),
    KEY IDX_campaign_member_account (account_id),
    KEY IDX_campaign_member_invite (invite_id),
    CONSTRAINT FK_campaign_member_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    CONSTRAINT FK_campaign_member_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE,
    CONSTRAINT FK_campaign_member_invite FOREIGN KEY (invite_id) REFERENCES invite (id) ON DELETE SET NULL
  ) ${OPTIONS}`,
];

export class CreateCampaigns1795507200000 implements MigrationInterface {
  name = 'CreateCampaigns1795507200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
    if (!(await runner.hasColumn('invite', 'campaign_id'))) await runner.query(BIND_INVITES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE campaign_member');
    // Without their columns these links would let in any account.
    await runner.query('DELETE FROM invite WHERE campaign_id IS NOT NULL OR bound_account_id IS NOT NULL');
    await runner.query(
      'ALTER TABLE invite DROP FOREIGN KEY FK_invite_campaign, DROP FOREIGN KEY FK_invite_bound_account',
    );
    await runner.query(
      `ALTER TABLE invite DROP KEY IDX_invite_campaign, DROP KEY IDX_invite_bound_account,
         DROP COLUMN campaign_id, DROP COLUMN bound_account_id`,
    );
    await runner.query('DROP TABLE campaign_set, campaign');
  }
}
