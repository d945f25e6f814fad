import { AppError } from '@app/kernel';
import { type Act, type ActEnding, type AuditTrail, type Principal } from '@app/tenants';
import { loadConfig } from '@app/platform';
import { Logger } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config';
import { LoginTrail } from './login-trail';

const PERSON: Principal = { userId: 'usr_1', email: 'p@example.test', name: 'P', memberships: [] };
const REQUEST = {
  ...{
    id: 'req_1',
    method: 'POST',
    ip: '203.0.113.7',
    headers: {},
    socket: {},
    routeOptions: { url: '/password/:token' },
  },
} as unknown as FastifyRequest;

beforeAll(() => {
  loadConfig([GatewayConfig], {});
  Logger.overrideLogger(false);
});

/** Sets a password beside a log in which something fails; all that happened, in its order. */
async function setWith(fails: { begin?: boolean; set?: AppError; end?: boolean }): Promise<unknown[]> {
  const happened: unknown[] = [];
  const trail = {
    begin: ({ action, principal, ids }: Act) => {
      happened.push([action, principal?.userId, ids]);
      return fails.begin ? Promise.reject(new Error('away')) : Promise.resolve([7]);
    },
    end: (ids: number[], { outcome, code }: ActEnding) => {
      happened.push([ids, outcome, code]);
      return fails.end ? Promise.reject(new Error('away')) : Promise.resolve();
    },
  } as unknown as AuditTrail;
  const set = () => {
    happened.push('set');
    return fails.set ? Promise.reject(fails.set) : Promise.resolve();
  };
  await new LoginTrail(trail)
    .ofPassword(REQUEST)(PERSON, set)
    .catch((error: unknown) => happened.push(String(error)));
  return happened;
}

describe('who sets a password', () => {
  const begun = ['password:set', 'usr_1', ['usr_1']];

  it('is written down before it is set, and how it ended after', async () => {
    expect(await setWith({})).toEqual([begun, 'set', [[7], 'done', null]]);
    const over = new AppError('not_found', 'password_link_over');
    expect(await setWith({ set: over })).toEqual([begun, 'set', [[7], 'refused', over.code], String(over)]);
  });

  it('sets none when that cannot be written down', async () => {
    expect(await setWith({ begin: true })).toEqual([begun, 'Error: away']);
  });

  it('has set it when the log is away afterwards', async () => {
    expect(await setWith({ end: true })).toEqual([begun, 'set', [[7], 'done', null]]);
  });
});
