import { Injectable, Logger } from '@nestjs/common';
import { AppError, Secret, SecretBox } from '@app/kernel';
import { Transactions, type Queries } from '@app/platform';
import { DataSource, type EntityManager } from 'typeorm';
import { credentialColumn } from '../sealed-columns';
import { type Credential, type CredentialKind } from './credential.entity';

export interface CredentialKey {
  readonly platformId: string;
  readonly subjectAppid: string;
  readonly kind: CredentialKind;
}

export interface StoredCredential extends CredentialKey {
  readonly id: number;
  /** Null: no token is known. */
  readonly token: Secret | null;
  readonly issuedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly version: number;
  readonly suspect: number;
  readonly rejections: number;
  readonly retryAt: Date | null;
}

export interface NewToken {
  readonly token: Secret;
  /** Null for refresh tokens: they live until the merchant cancels. */
  readonly expiresAt: Date | null;
}

/** What a refresh brought, and what it leaves for the next one. */
export interface RefreshedToken extends NewToken {
  readonly issuedAt: Date;
  readonly rejections: number;
  readonly retryAt: Date | null;
}

type Row = Pick<
  Credential,
  'id' | 'keyId' | 'sealed' | 'issuedAt' | 'expiresAt' | 'version' | 'suspect' | 'rejections' | 'retryAt'
>;

const COLUMNS = `id, key_id AS keyId, sealed, issued_at AS issuedAt, expires_at AS expiresAt, version, suspect, rejections,
  retry_at AS retryAt`;
const AT_KEY = 'platform_id = ? AND subject_appid = ? AND kind = ?';

/** Tokens at rest. Each ciphertext is bound to platform, account and kind: moved to another row it does not open. */
@Injectable()
export class CredentialRepository {
  private readonly logger = new Logger(CredentialRepository.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly box: SecretBox,
  ) {}

  async find(key: CredentialKey, manager?: EntityManager): Promise<StoredCredential | null> {
    const rows = await (manager ?? this.dataSource).query<Row[]>(
      `SELECT ${COLUMNS} FROM credential WHERE ${AT_KEY}`,
      at(key),
    );
    return rows[0] ? this.open(key, rows[0]) : null;
  }

  /** Account tokens that have a row, in one statement. */
  async findAccountTokens(keys: readonly CredentialKey[], db: Queries): Promise<StoredCredential[]> {
    if (keys.length === 0) return [];
    const rows = await db.query<(Row & { readonly platformId: string; readonly subjectAppid: string })[]>(
      `SELECT ${COLUMNS}, platform_id AS platformId, subject_appid AS subjectAppid FROM credential
       WHERE (platform_id, subject_appid) IN (?) AND kind = 'account_token'`,
      [keys.map(({ platformId, subjectAppid }) => [platformId, subjectAppid])],
    );
    return rows.map(({ platformId, subjectAppid, ...row }) =>
      this.open({ platformId, subjectAppid, kind: 'account_token' }, row),
    );
  }

  /** The row, made empty when there is none: a lease needs a row to stand on. */
  async findOrCreate(key: CredentialKey): Promise<StoredCredential> {
    const found = await this.find(key);
    if (found) return found;
    await this.dataSource.query(
      'INSERT INTO credential (platform_id, subject_appid, kind) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE id = id',
      at(key),
    );
    const made = await this.find(key);
    if (!made) throw new AppError('bug', 'credential_vanished');
    return made;
  }

  /**
   * The fenced write: stores the token, and the refresh token beside it when WeChat gave one, if nobody wrote since `read`
   * was read. When somebody did, WeChat may have kept either token, so the stored one becomes suspect.
   */
  async replace(
    read: StoredCredential,
    issued: RefreshedToken,
    beside: { readonly key: CredentialKey; readonly token: Secret } | null,
  ): Promise<'stored' | 'fenced_off'> {
    const sealed = this.box.seal(issued.token, context(read));
    return this.transactions.run(async (manager) => {
      // A mark of a fenced-off writer that came while we called WeChat stays; a rejection was of the token we replace.
      const { affectedRows } = await manager.query<{ affectedRows: number }>(
        `UPDATE credential SET key_id = ?, sealed = ?, issued_at = ?, expires_at = ?, retry_at = ?, rejections = ?,
           suspect = CASE WHEN suspect <= GREATEST(?, 1) THEN 0 ELSE 2 END, version = version + 1
         WHERE id = ? AND version = ?`,
        [
          sealed.keyId,
          sealed.bytes,
          issued.issuedAt,
          issued.expiresAt,
          issued.retryAt,
          issued.rejections,
          read.suspect,
          read.id,
          read.version,
        ],
      );
      if (affectedRows !== 1) return this.fencedOff(manager, read, issued.token, beside);
      if (beside) await this.put(manager, beside.key, { token: beside.token, expiresAt: null }, issued.issuedAt);
      return 'stored';
    });
  }

  /** Writes whatever stands there, so that a refresh in flight is fenced off. Null: WeChat's token is gone or unknown. */
  async put(manager: EntityManager, key: CredentialKey, token: NewToken | null, now: Date): Promise<void> {
    const sealed = token ? this.box.seal(token.token, context(key)) : null;
    await manager.query(
      `INSERT INTO credential (platform_id, subject_appid, kind, key_id, sealed, issued_at, expires_at, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, 1)
       ON DUPLICATE KEY UPDATE key_id = VALUES(key_id), sealed = VALUES(sealed), issued_at = VALUES(issued_at),
         expires_at = VALUES(expires_at), suspect = 0, rejections = 0, retry_at = NULL, version = version + 1`,
      [...at(key), sealed?.keyId ?? null, sealed?.bytes ?? null, token ? now : null, token?.expiresAt ?? null],
    );
  }

  /** Erases a token unless it was issued after `askedAt`. The row is made in any case, so that a refresh in flight is fenced off. */
  async dropIssuedBefore(manager: EntityManager, key: CredentialKey, askedAt: Date, now: Date): Promise<void> {
    const [row] = await manager.query<Pick<Credential, 'issuedAt'>[]>(
      `SELECT issued_at AS issuedAt FROM credential WHERE ${AT_KEY} FOR UPDATE`,
      at(key),
    );
    if (row?.issuedAt && row.issuedAt > askedAt) return;
    await this.put(manager, key, null, now);
  }

  /** Whether the row is as it was at `seenVersion` (null: there was none); it is locked then. */
  async isUnchanged(manager: EntityManager, key: CredentialKey, seenVersion: number | null): Promise<boolean> {
    const [row] = await manager.query<Pick<Credential, 'version'>[]>(
      `SELECT version FROM credential WHERE ${AT_KEY} FOR UPDATE`,
      at(key),
    );
    return (row?.version ?? null) === seenVersion;
  }

  /** For what INFO told: a token written since `seenVersion` was read (null: there was no row) stays. */
  async replaceIfUnchanged(key: CredentialKey, token: Secret, seenVersion: number | null, now: Date): Promise<void> {
    await this.transactions.run(async (manager) => {
      if (await this.isUnchanged(manager, key, seenVersion))
        await this.put(manager, key, { token, expiresAt: null }, now);
    });
  }

  /** WeChat refused the token of this version. A newer version is not touched. */
  async markRejected(key: CredentialKey, version: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE credential SET suspect = GREATEST(suspect, 1) WHERE ${AT_KEY} AND version = ?`,
      [...at(key), version],
    );
  }

  /** False when somebody wrote since `read` was read: what they stored is not paused. */
  async coolDown(read: StoredCredential, retryAt: Date): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'UPDATE credential SET retry_at = ? WHERE id = ? AND version = ?',
      [retryAt, read.id, read.version],
    );
    return affectedRows === 1;
  }

  /** WeChat may have kept another token than the stored one: the next reader refreshes. */
  async markSuspect(id: number, manager?: EntityManager): Promise<void> {
    await (manager ?? this.dataSource).query(
      'UPDATE credential SET suspect = LEAST(GREATEST(suspect, 1) + 1, 250) WHERE id = ?',
      [id],
    );
  }

  /** What made the last call fail has changed: ask WeChat again at once, unless a quota keeps it away until `notAfter`. */
  async endCoolDown(key: CredentialKey, notAfter: Date, manager?: EntityManager): Promise<void> {
    await (manager ?? this.dataSource).query(
      `UPDATE credential SET retry_at = NULL WHERE ${AT_KEY} AND retry_at <= ?`,
      [...at(key), notAfter],
    );
  }

  async delete(manager: EntityManager, platformId: string, subjectAppid: string): Promise<void> {
    await manager.query('DELETE FROM credential WHERE platform_id = ? AND subject_appid = ?', [
      platformId,
      subjectAppid,
    ]);
  }

  private async fencedOff(
    manager: EntityManager,
    read: StoredCredential,
    token: Secret,
    beside: { readonly key: CredentialKey; readonly token: Secret } | null,
  ): Promise<'stored' | 'fenced_off'> {
    // A commit of unknown outcome is run again: what stands there may be our own write, by now under another key. Told by
    // all that WeChat gave, so that no refresh token of ours is dropped for another writer's.
    const written = [{ key: read, token }, ...(beside ? [beside] : [])];
    const stands = await Promise.all(
      written.map(async (one) => (await this.find(one.key, manager))?.token?.equals(one.token) === true),
    );
    if (stands.every(Boolean)) return 'stored';
    await this.markSuspect(read.id, manager);
    return 'fenced_off';
  }

  /** A token that does not open (a damaged row, a ciphertext of another row) is lost: the next refresh writes it anew. */
  private open(key: CredentialKey, { keyId, sealed, ...row }: Row): StoredCredential {
    if (sealed === null || keyId === null) return { ...key, ...row, token: null };
    try {
      return { ...key, ...row, token: this.box.open({ keyId, bytes: sealed }, context(key)) };
    } catch (err) {
      if (!(err instanceof AppError) || err.code !== 'sealed_value_invalid') throw err;
      this.logger.error({ msg: 'a stored token does not open', kind: key.kind, id: row.id, err });
      return { ...key, ...row, token: null };
    }
  }
}

function at(key: CredentialKey): [string, string, string] {
  return [key.platformId, key.subjectAppid, key.kind];
}

function context(key: CredentialKey): string[] {
  return credentialColumn.context({
    platform_id: key.platformId,
    subject_appid: key.subjectAppid,
    kind: key.kind,
  });
}
