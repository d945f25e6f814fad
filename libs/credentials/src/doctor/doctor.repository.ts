import { Injectable } from '@nestjs/common';
import { shanghaiDay } from '@app/kernel';
import { DataSource } from 'typeorm';
import { type GatedAccount } from '../accounts/gate-policy';
import { USER_MANAGEMENT_SET } from '../accounts/permission-policy';
import { digest } from '../digest';
import { type PlatformCounterName } from '../platforms/platform-counter.entity';
import { type AccountGroup } from './accounts-check-policy';
import { type ParkedCall } from './quota-check-policy';

/** The InfoType of the doctor's own pushes; WeChat has none of that name. */
export const PROBE_INFO_TYPE = 'wpg_doctor_probe';

export interface StoredToken {
  readonly issuedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly retryAt: Date | null;
}
export interface Counters {
  readonly today: ReadonlyMap<PlatformCounterName, number>;
  readonly resetsThisMonth: number;
  /** Counting began before today, so today's figures are whole. */
  readonly isWholeDay: boolean;
}
type GroupRow = Omit<GatedAccount, 'setIds'> & { hasSet: number; isOwned: number; count: number };

/** Reads what the doctor looks at; nothing here opens a sealed value. */
@Injectable()
export class DoctorRepository {
  constructor(private readonly dataSource: DataSource) {}

  async newestTicket(platformId: string): Promise<Date | null> {
    const [row] = await this.dataSource.query<{ at: Date | null }[]>(
      'SELECT MAX(received_at) AS at FROM ticket WHERE platform_id = ?',
      [platformId],
    );
    return row?.at ?? null;
  }

  async countTicketPushes(platformId: string, since: Date): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `SELECT COUNT(*) AS count FROM push_event
       WHERE platform_id = ? AND info_type = 'component_verify_ticket' AND received_at > ?`,
      [platformId, since],
    );
    return row?.count ?? 0;
  }

  /** WeChat's time and ours of the newest pushes. */
  async newestPushes(
    platformId: string,
    since: Date,
    count: number,
  ): Promise<{ createTime: Date; receivedAt: Date }[]> {
    return this.dataSource.query<{ createTime: Date; receivedAt: Date }[]>(
      `SELECT create_time AS createTime, received_at AS receivedAt FROM push_event
       WHERE platform_id = ? AND received_at > ? AND info_type <> ? ORDER BY id DESC LIMIT ?`,
      [platformId, since, PROBE_INFO_TYPE, count],
    );
  }

  /** Whether a message of ours arrived in this very database; it is taken out again. */
  async takeProbe(platformId: string, xml: string): Promise<boolean> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(
      'DELETE FROM push_event WHERE platform_id = ? AND body_hash = ? AND info_type = ?',
      [platformId, digest(xml), PROBE_INFO_TYPE],
    );
    return affectedRows > 0;
  }

  async componentToken(platformId: string): Promise<StoredToken> {
    const rows = await this.dataSource.query<StoredToken[]>(
      `SELECT issued_at AS issuedAt, expires_at AS expiresAt, retry_at AS retryAt FROM credential
       WHERE platform_id = ? AND kind = 'component_token'`,
      [platformId],
    );
    return rows[0] ?? { issuedAt: null, expiresAt: null, retryAt: null };
  }

  async parked(platformId: string, now: Date): Promise<ParkedCall[]> {
    return this.dataSource.query<ParkedCall[]>(
      `SELECT call_name AS \`call\`, errcode, paused_until AS until FROM platform_pause
       WHERE platform_id = ? AND paused_until > ? ORDER BY call_name`,
      [platformId, now],
    );
  }

  async counters(platformId: string, now: Date): Promise<Counters> {
    const day = shanghaiDay(now);
    const month = day.slice(0, 7);
    const rows = await this.dataSource.query<{ name: PlatformCounterName; period: string; count: number }[]>(
      'SELECT name, period, count FROM platform_counter WHERE platform_id = ? AND period IN (?)',
      [platformId, [day, month]],
    );
    const [first] = await this.dataSource.query<{ period: string | null }[]>(
      "SELECT MIN(period) AS period FROM platform_counter WHERE platform_id = ? AND name = 'component_token_bought'",
      [platformId],
    );
    return {
      today: new Map(rows.filter(({ period }) => period === day).map(({ name, count }) => [name, count])),
      resetsThisMonth: rows.find(({ name, period }) => name === 'quota_cleared' && period === month)?.count ?? 0,
      isWholeDay: first?.period != null && first.period < day,
    };
  }

  /** Every account of the platform, counted by what the gate and the owner check look at. */
  async accountGroups(platformId: string): Promise<AccountGroup[]> {
    const rows = await this.dataSource.query<GroupRow[]>(
      `SELECT a.state, a.incomplete_because AS incompleteBecause, a.kind, a.verify_type AS verifyType, a.account_status AS accountStatus,
         s.set_id IS NOT NULL AS hasSet, a.merchant_id IS NOT NULL AS isOwned, COUNT(*) AS count
       FROM account a LEFT JOIN account_permission s ON s.account_id = a.id AND s.set_id = ?
       WHERE a.platform_id = ?
       GROUP BY a.state, a.incomplete_because, a.kind, a.verify_type, a.account_status, s.set_id IS NOT NULL, a.merchant_id IS NOT NULL`,
      [USER_MANAGEMENT_SET, platformId],
    );
    return rows.map(({ hasSet, isOwned, count, ...gate }) => ({
      gate: { ...gate, setIds: hasSet === 1 ? [USER_MANAGEMENT_SET] : [] },
      isOwned: isOwned === 1,
      count,
    }));
  }

  /** The appid of an authorized account, one whose token is good for a while if there is such. */
  async sampleAccount(platformId: string, now: Date): Promise<string | null> {
    const [row] = await this.dataSource.query<{ appid: string }[]>(
      `SELECT a.appid FROM account a LEFT JOIN credential c
         ON c.platform_id = a.platform_id AND c.subject_appid = a.appid AND c.kind = 'account_token'
       WHERE a.platform_id = ? AND a.state = 'authorized'
       ORDER BY (c.expires_at > ? AND c.suspect = 0) DESC, a.id LIMIT 1`,
      [platformId, now],
    );
    return row?.appid ?? null;
  }
}
