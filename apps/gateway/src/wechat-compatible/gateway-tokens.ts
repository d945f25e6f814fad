import { AppError, Clock, Secret, SecretBox } from '@app/kernel';
import { Injectable } from '@nestjs/common';

/** As long as WeChat's own tokens. */
export const GATEWAY_TOKEN_SECONDS = 7_200;

/** What a gateway token stands for: an API key, used for one account. */
export interface GatewayGrant {
  readonly keyId: string;
  /** The account's row id. */
  readonly accountId: number;
  readonly isExpired: boolean;
}

interface Content {
  readonly key: string;
  readonly account: number;
  /** Milliseconds since 1970. */
  readonly ends: number;
}

const FORM = /^wgt_([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{40,300})$/;
const CONTEXT = ['gateway-token'];

/** Tokens that an SDK made for WeChat takes for WeChat's: nothing is stored of them, all they say is sealed in them. */
@Injectable()
export class GatewayTokens {
  constructor(
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  issue(keyId: string, accountId: number): Secret {
    const ends = this.clock.now().getTime() + GATEWAY_TOKEN_SECONDS * 1_000;
    const content: Content = { key: keyId, account: accountId, ends };
    const sealed = this.box.seal(new Secret(JSON.stringify(content)), CONTEXT);
    return new Secret(`wgt_${sealed.keyId}.${sealed.bytes.toString('base64url')}`);
  }

  /** Null for what is no token of this installation. Whether its key still holds is for the caller to ask. */
  open(token: string): GatewayGrant | null {
    const [, keyId, text] = FORM.exec(token) ?? [];
    if (keyId === undefined || text === undefined) return null;
    try {
      const opened = this.box.open({ keyId, bytes: Buffer.from(text, 'base64url') }, CONTEXT);
      const { key, account, ends } = JSON.parse(opened.reveal()) as Content;
      return { keyId: key, accountId: account, isExpired: ends <= this.clock.now().getTime() };
    } catch (error) {
      // Made up, of another installation, or sealed with a key that is out of the ring.
      if (error instanceof AppError) return null;
      throw error;
    }
  }
}
