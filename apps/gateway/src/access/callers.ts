import { Secret } from '@app/kernel';
import { apiKeyInvalid, ApiKeyService, SessionService, type Principal } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { sessionCookie } from './cookies';

/** Another scheme is somebody else's: a proxy may ask for a password of its own. */
const BEARER = /^Bearer\b *(.*)$/i;

/** Who sends a request: a program with a key, or a person with a session. Who shows a key is asked for nothing else. */
@Injectable()
export class Callers {
  constructor(
    private readonly sessions: SessionService,
    private readonly keys: ApiKeyService,
  ) {}

  /** Null for nobody. Throws unauthenticated `api_key_invalid`. */
  async find(request: FastifyRequest): Promise<Principal | null> {
    const [, key] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    if (key !== undefined) {
      const principal = await this.keys.findPrincipal(new Secret(key));
      if (!principal) throw apiKeyInvalid();
      return principal;
    }
    const token = sessionCookie.read(request);
    return token ? this.sessions.findPrincipal(token) : null;
  }
}
