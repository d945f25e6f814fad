import { Injectable } from '@nestjs/common';
import { AuthorizationCodeRepository, type CodeRow } from '../authorizations/authorization-code.repository';
import { AuthorizationSettlement } from '../authorizations/authorization-settlement';
import { exchangeBusy } from '../authorizations/authorization.errors';
import { CodeAsker, codeRefusal } from '../authorizations/code-asker';
import { CodeLeases } from '../authorizations/code-leases';
import { type Grant, type ToldGrant } from '../authorizations/grant';
import { isLeaseTooShort } from '../tokens/lease-window';
import { pollPause } from '../tokens/token-timings';
import { ReleaseCheckStore } from './release-check-store';

/** The code of a test account. WeChat sends it with the `authorized` event and may send the same one in the message. */
export interface TestGrant extends Grant {
  readonly authorizerAppid: string;
}

/** `used`: spent before, by us or by somebody else; `foreign`: it belonged to another account, which was stored. */
export type CodeEnd = 'kept' | 'used' | 'unknown' | 'foreign';

/** Exchanges codes of WeChat's test accounts, once each whichever push brings them first. */
@Injectable()
export class ReleaseCheckCodes {
  constructor(
    private readonly codes: AuthorizationCodeRepository,
    private readonly leases: CodeLeases,
    private readonly asker: CodeAsker,
    private readonly store: ReleaseCheckStore,
    private readonly settlement: AuthorizationSettlement,
  ) {}

  /** Safe to repeat. Throws `authorization_in_progress`, and what WeChat's calls throw. */
  async take(grant: TestGrant): Promise<CodeEnd> {
    const { id } = await this.codes.findOrCreate(grant.platformId, grant.code);
    const deadline = Date.now() + this.leases.waitMs;
    for (let round = 0; ; round++) {
      const end = endOf(await this.codes.get(id));
      if (end !== null) return end;
      if (await this.tryExchange(id, grant)) continue;
      if (Date.now() > deadline) throw exchangeBusy();
      await pollPause(round);
    }
  }

  /** False when another push holds the code. */
  private async tryExchange(id: number, grant: TestGrant): Promise<boolean> {
    await using held = await this.leases.acquire(id);
    if (!held) return false;
    if ((await this.codes.get(id)).state !== 'open') return true;
    try {
      await this.settle(id, grant, await this.asker.exchange(grant, held.window), held.takenAt);
    } catch (error) {
      if (isLeaseTooShort(error)) return false;
      const refusal = codeRefusal(error);
      if (!refusal) throw error;
      await this.codes.refuse(id, refusal.state, refusal.errcode);
    }
    return true;
  }

  /** Anyone may write words to WeChat's account: a code of a merchant's account that came so is spent now, but not lost. */
  private async settle(id: number, grant: TestGrant, answer: ToldGrant, askedAt: Date): Promise<void> {
    if (answer.appid !== grant.authorizerAppid) {
      await this.settlement.settle(id, grant, answer, askedAt);
      return;
    }
    const at = { platformId: grant.platformId, appid: answer.appid };
    await this.store.keep(id, at, answer);
    // WeChat cancels within seconds, and that push may have been worked off first: INFO knows no authorization then.
    if ((await this.asker.recall(grant, id)) === null) await this.store.erase(at);
  }
}

function endOf({ state, accountId }: CodeRow): CodeEnd | null {
  switch (state) {
    case 'open':
      return null;
    case 'done':
      return accountId === null ? 'kept' : 'foreign';
    case 'invalid':
      return 'unknown';
    case 'expired':
    case 'mini_program':
      return 'used';
  }
}
