import { type MigrationInterface, type QueryRunner } from 'typeorm';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const ID = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const WORD = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const LEASE = 'lease_owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL, lease_until DATETIME(3) NULL';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS platform (
    id ${ID} NOT NULL,
    provider_id ${ID} NOT NULL,
    appid ${WORD} NOT NULL,
    name VARCHAR(120) NOT NULL,
    public_origin VARCHAR(255) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_platform_appid (appid),
    KEY IDX_platform_provider (provider_id, id),
    CONSTRAINT FK_platform_provider FOREIGN KEY (provider_id) REFERENCES provider (id) ON DELETE RESTRICT
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS platform_secret (
    platform_id ${ID} NOT NULL,
    kind ${WORD} NOT NULL,
    slot ${WORD} NOT NULL,
    key_id ${WORD} NOT NULL,
    sealed VARBINARY(1024) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (platform_id, kind, slot),
    CONSTRAINT FK_platform_secret_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS ticket (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    platform_id ${ID} NOT NULL,
    create_time DATETIME(3) NOT NULL,
    received_at DATETIME(3) NOT NULL,
    key_id ${WORD} NOT NULL,
    sealed VARBINARY(1024) NOT NULL,
    PRIMARY KEY (id),
    KEY IDX_ticket_platform (platform_id, received_at),
    CONSTRAINT FK_ticket_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS push_event (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    platform_id ${ID} NOT NULL,
    body_hash BINARY(32) NOT NULL,
    info_type VARCHAR(64) NOT NULL,
    create_time DATETIME(3) NOT NULL,
    received_at DATETIME(3) NOT NULL,
    done_at DATETIME(3) NULL,
    outcome VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    key_id ${WORD} NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_push_event_body (platform_id, body_hash),
    KEY IDX_push_event_open (done_at, id),
    CONSTRAINT FK_push_event_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS account (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id ${ID} NOT NULL,
    platform_id ${ID} NOT NULL,
    appid ${WORD} NOT NULL,
    merchant_id ${ID} NULL,
    kind ${WORD} NOT NULL,
    nick_name VARCHAR(255) NOT NULL,
    principal_name VARCHAR(255) NOT NULL,
    user_name VARCHAR(64) NOT NULL,
    head_img VARCHAR(1024) NOT NULL,
    service_type SMALLINT NULL,
    verify_type SMALLINT NULL,
    account_status SMALLINT NULL,
    state ${WORD} NOT NULL,
    authorized_at DATETIME(3) NOT NULL,
    revoked_at DATETIME(3) NULL,
    event_time DATETIME(3) NULL,
    info_read_at DATETIME(3) NULL,
    info_tried_at DATETIME(3) NULL,
    data_from DATE NULL,
    complete_to DATE NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_account_public_id (public_id),
    UNIQUE KEY UQ_account_platform_appid (platform_id, appid),
    KEY IDX_account_merchant (merchant_id, id),
    KEY IDX_account_appid (appid),
    CONSTRAINT FK_account_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE RESTRICT,
    CONSTRAINT FK_account_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id) ON DELETE RESTRICT
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS account_permission (
    account_id INT UNSIGNED NOT NULL,
    set_id SMALLINT UNSIGNED NOT NULL,
    granted_at DATETIME(3) NOT NULL,
    confirm_info VARCHAR(255) NULL,
    PRIMARY KEY (account_id, set_id),
    CONSTRAINT FK_account_permission_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS account_permission_history (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    account_id INT UNSIGNED NOT NULL,
    set_id SMALLINT UNSIGNED NOT NULL,
    change_kind ${WORD} NOT NULL,
    source ${WORD} NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    KEY IDX_permission_history_account (account_id, id),
    CONSTRAINT FK_permission_history_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  // subject_appid: the account's appid, or the platform's own for the component token.
  `CREATE TABLE IF NOT EXISTS credential (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    platform_id ${ID} NOT NULL,
    subject_appid ${WORD} NOT NULL,
    kind ${WORD} NOT NULL,
    key_id ${WORD} NULL,
    sealed VARBINARY(2048) NULL,
    issued_at DATETIME(3) NULL,
    expires_at DATETIME(3) NULL,
    version INT UNSIGNED NOT NULL DEFAULT 0,
    suspect TINYINT UNSIGNED NOT NULL DEFAULT 0,
    retry_at DATETIME(3) NULL,
    ${LEASE},
    PRIMARY KEY (id),
    UNIQUE KEY UQ_credential (platform_id, subject_appid, kind),
    CONSTRAINT FK_credential_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  // A component call WeChat's quota has parked, for one platform. No row: nothing is parked.
  `CREATE TABLE IF NOT EXISTS platform_pause (
    platform_id ${ID} NOT NULL,
    call_name ${WORD} NOT NULL,
    errcode INT NOT NULL,
    paused_until DATETIME(3) NOT NULL,
    PRIMARY KEY (platform_id, call_name),
    CONSTRAINT FK_platform_pause_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS invite (
    id ${ID} NOT NULL,
    token_hash BINARY(32) NOT NULL,
    platform_id ${ID} NOT NULL,
    merchant_id ${ID} NOT NULL,
    created_by ${ID} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    account_id INT UNSIGNED NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_invite_token (token_hash),
    KEY IDX_invite_merchant (merchant_id, id),
    KEY IDX_invite_platform (platform_id),
    KEY IDX_invite_account (account_id),
    CONSTRAINT FK_invite_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE,
    CONSTRAINT FK_invite_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id) ON DELETE CASCADE,
    CONSTRAINT FK_invite_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE SET NULL
  ) ${OPTIONS}`,
  `CREATE TABLE IF NOT EXISTS invite_click (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    invite_id ${ID} NOT NULL,
    pre_auth_code_hash BINARY(32) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY UQ_invite_click_code (pre_auth_code_hash),
    KEY IDX_invite_click_invite (invite_id, id),
    CONSTRAINT FK_invite_click_invite FOREIGN KEY (invite_id) REFERENCES invite (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
  // One row per authorization code seen, so that redirect and push exchange it once between them.
  `CREATE TABLE IF NOT EXISTS authorization_code (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    platform_id ${ID} NOT NULL,
    code_hash BINARY(32) NOT NULL,
    state ${WORD} NOT NULL,
    errcode INT NULL,
    account_id INT UNSIGNED NULL,
    created_at DATETIME(3) NOT NULL,
    ${LEASE},
    PRIMARY KEY (id),
    UNIQUE KEY UQ_authorization_code (platform_id, code_hash),
    KEY IDX_authorization_code_account (account_id),
    CONSTRAINT FK_authorization_code_platform FOREIGN KEY (platform_id) REFERENCES platform (id) ON DELETE CASCADE,
    CONSTRAINT FK_authorization_code_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  ) ${OPTIONS}`,
];

export class CreateCredentials1795424400000 implements MigrationInterface {
  name = 'CreateCredentials1795424400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE authorization_code, invite_click, invite, platform_pause, credential, account_permission_history,
       account_permission, account, push_event, ticket, platform_secret, platform`,
    );
  }
}
