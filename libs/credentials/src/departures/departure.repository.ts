import { createHmac } from 'node:crypto';
import { newToken, Secret } from '@app/kernel';
import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PlatformSecretsRepository } from '../platforms/platform-secrets.repository';

/** Where an account is, or was. */
interface Place {
  readonly platformId: string;
  readonly appid: string;
}

/** Which accounts left, known by a hash that nobody can try appids against without the key ring. */
@Injectable()
export class DepartureRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly secrets: PlatformSecretsRepository,
  ) {}

  /** When it left; null: it did not. */
  async leftAt({ platformId, appid }: Place, db: Queries = this.dataSource): Promise<Date | null> {
    const pepper = await this.secrets.findPepper(db, platformId);
    if (!pepper) return null;
    const [row] = await db.query<{ leftAt: Date }[]>(
      'SELECT left_at AS leftAt FROM departed_account WHERE platform_id = ? AND appid_hash = ?',
      [platformId, hash(pepper, appid)],
    );
    return row?.leftAt ?? null;
  }

  /** Those of the appids that left. */
  async among(platformId: string, appids: Iterable<string>): Promise<ReadonlySet<string>> {
    const pepper = await this.secrets.findPepper(this.dataSource, platformId);
    if (!pepper) return new Set();
    const rows = await this.dataSource.query<{ appidHash: Buffer }[]>(
      'SELECT appid_hash AS appidHash FROM departed_account WHERE platform_id = ?',
      [platformId],
    );
    const left = new Set(rows.map(({ appidHash }) => appidHash.toString('hex')));
    return new Set(left.size === 0 ? [] : [...appids].filter((appid) => left.has(hash(pepper, appid).toString('hex'))));
  }

  async note(db: Queries, { platformId, appid }: Place, now: Date): Promise<void> {
    const pepper =
      (await this.secrets.findPepper(db, platformId)) ??
      (await this.secrets.makePepper(db, platformId, new Secret(newToken()), now));
    await db.query(
      `INSERT INTO departed_account (platform_id, appid_hash, left_at) VALUES (?, ?, ?)
       ON DUPLICATE KEY UPDATE left_at = VALUES(left_at)`,
      [platformId, hash(pepper, appid), now],
    );
  }

  /** It came back. */
  async forget(db: Queries, { platformId, appid }: Place): Promise<void> {
    const pepper = await this.secrets.findPepper(db, platformId);
    if (pepper)
      await db.query('DELETE FROM departed_account WHERE platform_id = ? AND appid_hash = ?', [
        platformId,
        hash(pepper, appid),
      ]);
  }
}

function hash(pepper: Secret, appid: string): Buffer {
  return createHmac('sha256', pepper.reveal()).update(appid).digest();
}
