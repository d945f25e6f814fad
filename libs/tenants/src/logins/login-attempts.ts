import { AppError, Clock, newToken, Secret } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { type Client } from '../client';
import { type Asker } from '../passwords/password-hasher';
import { digestOf } from '../secret-digest';
import { AttemptCounterRepository } from './attempt-counter.repository';
import { codeBuckets, loginBuckets, proofBuckets, type Bucket } from './attempt-policy';
import { DEVICE_MS } from './device-policy';
import { KnownDeviceRepository } from './known-device.repository';
import { networkOf } from './network';

/** A try that was counted; whoever finds it right says so. */
export interface Attempt {
  readonly buckets: readonly Bucket[];
  /** Known by the browser alone: a network may be the attacker's as well. */
  readonly asker: Asker;
}

/** Counts what is tried against accounts, before any password is hashed. */
@Injectable()
export class LoginAttempts {
  constructor(
    private readonly counters: AttemptCounterRepository,
    private readonly devices: KnownDeviceRepository,
    private readonly clock: Clock,
  ) {}

  /** @param userId null where nobody has the address: it is counted all the same. Throws limited `too_many_attempts`. */
  async login(email: string, userId: string | null, client: Client): Promise<Attempt> {
    const network = networkOf(client.address);
    const { isDevice, isNetwork, device } = await this.look(userId ?? '', client);
    const known = { knownDevice: isDevice ? device : null, isNetworkKnown: isNetwork };
    const account = userId ?? `nobody ${email}`;
    return this.take(loginBuckets({ account, network, ...known }), isDevice ? 'known' : 'stranger');
  }

  /** A code of a second factor. Throws limited `too_many_attempts`. */
  async code(userId: string, client: Client): Promise<Attempt> {
    const { isDevice, device } = await this.look(userId, client);
    return this.take(codeBuckets(userId, isDevice ? device : null));
  }

  /** The password of somebody who is logged in. Throws limited `too_many_attempts`. */
  async proof(userId: string): Promise<Attempt> {
    return this.take(proofBuckets(userId));
  }

  async right({ buckets }: Attempt): Promise<void> {
    await this.counters.giveBack(buckets);
  }

  /** After a whole login: the client is known from now on by the token it is given. */
  async remember(userId: string, client: Client): Promise<Secret> {
    const token = new Secret(newToken());
    const expiresAt = new Date(this.clock.now().getTime() + DEVICE_MS);
    const networkHash = networkHashOf(userId, client);
    const device = { tokenHash: digestOf(token), userId, networkHash, expiresAt };
    await this.devices.remember(device, client.device && digestOf(client.device));
    return token;
  }

  /** Counts and devices that mean nothing any more. */
  async prune(now: Date, count: number): Promise<void> {
    await this.counters.prune(now, count);
    await this.devices.prune(now, count);
  }

  private async look(
    userId: string,
    client: Client,
  ): Promise<{ isDevice: boolean; isNetwork: boolean; device: Buffer | null }> {
    const device = client.device && digestOf(client.device);
    const seen = await this.devices.look(userId, device, networkHashOf(userId, client), this.clock.now());
    return { ...seen, device };
  }

  private async take(buckets: readonly Bucket[], asker: Asker = 'known'): Promise<Attempt> {
    const now = this.clock.now();
    const verdict = await this.counters.take(buckets, now);
    if (verdict.open) return { buckets, asker };
    const seconds = Math.ceil((verdict.until.getTime() - now.getTime()) / 1_000);
    throw new AppError('limited', 'too_many_attempts', {
      message: {
        en: `Too many attempts; try again in ${seconds} seconds.`,
        zh: `尝试次数过多，请在 ${seconds} 秒后重试。`,
      },
      detail: { retryAfterSeconds: seconds },
    });
  }
}

function networkHashOf(userId: string, { address }: Client): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([userId, networkOf(address)]))
    .digest();
}
