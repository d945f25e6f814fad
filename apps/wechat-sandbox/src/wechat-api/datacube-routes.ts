import { type FastifyInstance } from 'fastify';
import { cumulateBody, readRange } from '../datacube/cumulate';
import { OddCumulate } from '../datacube/odd-cumulate';
import { type World } from '../world';
import { readBody, type WechatHandler } from './wechat-call';

export const CUMULATE_PATH = '/datacube/getusercumulate';

/** getusercumulate belongs to permission set 2, user management. */
const USER_MANAGEMENT = 2;

export function datacubeRoutes(app: FastifyInstance, world: World): void {
  world.edge.post(app, 'datacube', CUMULATE_PATH, cumulate(world));
}

function cumulate(world: World): WechatHandler {
  const { gate, quota, clock, faults } = world;
  const odd = new OddCumulate(faults);
  return (call) => {
    const account = gate.account(call, USER_MANAGEMENT);
    const body = readBody(call);
    quota.spend(account.appid, call.path, gate.datacubeLimits(account));
    const now = clock.now();
    const { from, to } = readRange(body['begin_date'], body['end_date'], now);
    return odd.of(account.appid, cumulateBody(account, from, to, now, faults.values));
  };
}
