import { Injectable } from '@nestjs/common';
import { Clock, type Secret } from '@app/kernel';
import { type EntityManager } from 'typeorm';
import { CredentialRepository } from '../tokens/credential.repository';
import { type PlatformSecretValues } from './platform-policy';
import { PlatformSecretsRepository } from './platform-secrets.repository';
import { type Platform } from './platform.entity';

const KINDS = {
  appSecret: 'app_secret',
  callbackToken: 'callback_token',
  encodingAesKey: 'encoding_aes_key',
} as const;
/** Failures pause a token for minutes, quotas for hours: only the former end with a new secret or ticket. */
const SHORT_PAUSE_MS = 15 * 60_000;

/** Takes in what a platform proves itself with. */
@Injectable()
export class PlatformCustody {
  constructor(
    private readonly secrets: PlatformSecretsRepository,
    private readonly credentials: CredentialRepository,
    private readonly clock: Clock,
  ) {}

  async write(
    manager: EntityManager,
    platform: Pick<Platform, 'id' | 'appid'>,
    values: ReadonlyMap<keyof PlatformSecretValues, Secret>,
  ): Promise<void> {
    for (const [name, value] of values) {
      // WeChat drops an old AppSecret at once; pushes under an old token or key may still be on their way.
      const secret = { platformId: platform.id, kind: KINDS[name], value };
      await this.secrets.write(manager, secret, name !== 'appSecret', this.clock.now());
    }
    if (values.has('appSecret')) await this.endCoolDown(manager, platform);
  }

  /** What the component token failed for may be mended: it is tried again at once. */
  async endCoolDown(manager: EntityManager, platform: Pick<Platform, 'id' | 'appid'>): Promise<void> {
    const key = { platformId: platform.id, subjectAppid: platform.appid, kind: 'component_token' } as const;
    await this.credentials.endCoolDown(key, new Date(this.clock.now().getTime() + SHORT_PAUSE_MS), manager);
  }
}
