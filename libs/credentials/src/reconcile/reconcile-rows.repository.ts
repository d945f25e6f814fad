import { Injectable, Logger } from '@nestjs/common';
import { SecretBox, type Secret } from '@app/kernel';
import { DataSource, type EntityManager } from 'typeorm';
import { type Account } from '../accounts/account.entity';
import { type Credential } from '../tokens/credential.entity';
import { credentialColumn } from '../sealed-columns';
import { type SeenAccount } from './reconcile-policy';

type Row = Pick<Account, 'id' | 'publicId' | 'appid' | 'state' | 'incompleteBecause' | 'authorizedAt' | 'eventTime'> & {
  readonly version: Credential['version'] | null;
  readonly keyId: string | null;
  readonly sealed: Buffer | null;
};

const PAGE = 2_000;

/** Accounts and refresh tokens of a platform as they stand before its list is read, and the versions to compare with after. */
@Injectable()
export class ReconcileRowsRepository {
  private readonly logger = new Logger(ReconcileRowsRepository.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly box: SecretBox,
  ) {}

  async read(platformId: string): Promise<SeenAccount[]> {
    const seen: SeenAccount[] = [];
    for (let after = ''; ;) {
      const rows = await this.dataSource.query<Row[]>(
        `SELECT a.id, a.public_id AS publicId, a.appid, a.state, a.incomplete_because AS incompleteBecause,
           a.authorized_at AS authorizedAt, a.event_time AS eventTime, c.version, c.key_id AS keyId, c.sealed
         FROM account a LEFT JOIN credential c
           ON c.platform_id = a.platform_id AND c.subject_appid = a.appid AND c.kind = 'refresh_token'
         WHERE a.platform_id = ? AND a.appid > ? ORDER BY a.appid LIMIT ${PAGE}`,
        [platformId, after],
      );
      for (const { version, keyId, sealed, ...row } of rows) {
        const token = keyId === null || sealed === null ? null : this.open(platformId, row.appid, keyId, sealed);
        seen.push({ ...row, refresh: { version, token } });
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return seen;
      after = last.appid;
    }
  }

  /** Version of an account's refresh token, its row locked; null when there is none. */
  async lockVersion(manager: EntityManager, platformId: string, appid: string): Promise<number | null> {
    const [row] = await manager.query<Pick<Credential, 'version'>[]>(
      `SELECT version FROM credential WHERE platform_id = ? AND subject_appid = ? AND kind = 'refresh_token' FOR UPDATE`,
      [platformId, appid],
    );
    return row?.version ?? null;
  }

  /** A token that does not open (its key is gone, its row was tampered with) is as good as lost, and WeChat has it. */
  private open(platformId: string, appid: string, keyId: string, bytes: Buffer): Secret | null {
    try {
      return this.box.open(
        { keyId, bytes },
        credentialColumn.context({ platform_id: platformId, subject_appid: appid, kind: 'refresh_token' }),
      );
    } catch (err) {
      this.logger.warn({ msg: 'a refresh token does not open', platformId, appid, err });
      return null;
    }
  }
}
