import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KnownDevice } from './known-device.entity';

/** Programs without a cookie jar are a new device each time. */
const KEPT = 20;

@Injectable()
export class KnownDeviceRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** What is known of a device and a network that somebody logs in from; the same work when there is no such person. */
  async look(
    userId: string,
    tokenHash: Buffer | null,
    networkHash: Buffer,
    now: Date,
  ): Promise<{ isDevice: boolean; isNetwork: boolean }> {
    const rows = await this.dataSource.query<{ tokenHash: Buffer; networkHash: Buffer }[]>(
      `SELECT token_hash AS tokenHash, network_hash AS networkHash FROM known_device
       WHERE user_id = ? AND expires_at > ?`,
      [userId, now],
    );
    return {
      isDevice: tokenHash !== null && rows.some((row) => row.tokenHash.equals(tokenHash)),
      isNetwork: rows.some((row) => row.networkHash.equals(networkHash)),
    };
  }

  /** Stores a device in place of what the same browser was before, and forgets the oldest of too many. */
  async remember(device: KnownDevice, previous: Buffer | null): Promise<void> {
    await this.transactions.run(async (manager) => {
      if (previous) await manager.delete(KnownDevice, { tokenHash: previous, userId: device.userId });
      await manager.query(
        `INSERT INTO known_device (token_hash, user_id, network_hash, expires_at) VALUES (?)
         ON DUPLICATE KEY UPDATE token_hash = known_device.token_hash`,
        [[device.tokenHash, device.userId, device.networkHash, device.expiresAt]],
      );
      const [oldestKept] = await manager.query<{ expiresAt: Date }[]>(
        'SELECT expires_at AS expiresAt FROM known_device WHERE user_id = ? ORDER BY expires_at DESC LIMIT 1 OFFSET ?',
        [device.userId, KEPT - 1],
      );
      if (oldestKept)
        await manager.query('DELETE FROM known_device WHERE user_id = ? AND expires_at < ?', [
          ...[device.userId, oldestKept.expiresAt],
        ]);
    });
  }

  async prune(now: Date, count: number): Promise<void> {
    await this.dataSource.query('DELETE FROM known_device WHERE expires_at <= ? LIMIT ?', [now, count]);
  }
}
